package dev.sluice.reference;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The service in a JVM of its own, on a database that somebody else runs. */
final class AppProcess implements AutoCloseable {

    /** Who brings the schema up to date. */
    enum Way {
        SLUICE,
        FLYWAY
    }

    private final Process process;
    private final String application;
    private volatile boolean up;
    private volatile boolean foundInvalidIndex;
    private volatile boolean over;

    private AppProcess(Process process, String application) {
        this.process = process;
        this.application = application;
        Thread reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts one of some.
     *
     * @param number which, for the names of its sessions
     * @param folder holds key.pem, with which tokens are verified, and more migrations
     */
    static AppProcess start(Way way, int number, TestDatabase database, Path folder) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ReferenceApplication.class.getName(),
                "--server.port=0",
                "--logging.level.root=info",
                "--reference.demo.load-data=false",
                "--spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + folder.resolve("key.pem"),
                "--spring.flyway.locations=classpath:db/migration,filesystem:" + folder,
                "--sluice.url=" + database.url(),
                "--sluice.instances=5",
                "--sluice.pool.min=0",
                "--sluice.pool.max=4"));
        login(command, "sluice", database, Role.APP);
        login(command, "sluice.across-tenants", database, Role.ACROSS);
        if (way == Way.SLUICE) {
            login(command, "sluice.migrations", database, Role.OWNER);
        } else {
            command.add("--sluice.migrations.enabled=false");
            command.add("--spring.flyway.url=" + database.jdbcUrl().replaceFirst("&socketTimeout=\\d+", "")
                    + "&ApplicationName=flyway-" + number);
            command.add(
                    "--spring.flyway.user=" + database.credentials(Role.OWNER).username());
            command.add("--spring.flyway.password="
                    + database.credentials(Role.OWNER).password());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new AppProcess(
                process,
                way == Way.SLUICE ? "sluice-migrations sluice-reference/" + process.pid() : "flyway-" + number);
    }

    private static void login(List<String> command, String prefix, TestDatabase database, Role role) {
        command.add("--" + prefix + ".username=" + database.credentials(role).username());
        command.add("--" + prefix + ".password=" + database.credentials(role).password());
    }

    /** What its sessions that migrate are called. */
    String application() {
        return application;
    }

    boolean isUp() {
        return up && process.isAlive();
    }

    /** Whether its log names an index that a crash has left, and the SQL that mends it. */
    boolean hasFoundAnInvalidIndex() {
        return foundInvalidIndex;
    }

    boolean hasFailed() {
        return !process.isAlive();
    }

    void kill() {
        close();
        Await.until(Duration.ofSeconds(30), () -> !process.isAlive(), "process " + process.pid() + " ends");
    }

    void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
        if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IllegalStateException("kill " + signal + " " + process.pid() + " failed");
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.contains("Started ReferenceApplication")) {
                    up = true;
                }
                if (line.contains("is invalid, left by a crash") && line.contains("drop index concurrently")) {
                    foundInvalidIndex = true;
                }
            }
        } catch (IOException e) {
            // Whoever is killed has no output any more.
            if (!over) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        over = true;
        process.destroyForcibly();
    }
}

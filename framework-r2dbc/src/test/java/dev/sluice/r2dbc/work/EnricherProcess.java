package dev.sluice.r2dbc.work;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;

/** A JVM that runs {@link EnricherChild}; it ends with the test's, since its input does. */
final class EnricherProcess implements AutoCloseable {

    private final Process process;
    private volatile boolean over;

    /** What a process did for a candidate: ask, write (sent) or written (answered, in a transaction that is still open). */
    record Step(EnricherProcess by, String what, int id) {}

    private EnricherProcess(Process process) {
        this.process = process;
    }

    /** Starts one that tells its steps to a queue. */
    static EnricherProcess start(TestDatabase database, String way, BlockingQueue<Step> steps) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        EnricherChild.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        EnricherProcess started = new EnricherProcess(process);
        Thread reader = new Thread(() -> started.read(steps), "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
        var task = process.outputWriter();
        task.write(String.join(
                "\t",
                database.url(),
                database.credentials(Role.APP).username(),
                database.credentials(Role.APP).password(),
                way));
        task.newLine();
        task.flush();
        return started;
    }

    /** Ends it with SIGKILL, in the middle of whatever it does. */
    void kill() {
        close();
        Await.until(Duration.ofSeconds(30), () -> !process.isAlive(), "process " + process.pid() + " ends");
    }

    private void read(BlockingQueue<Step> steps) {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                String[] parts = line.split("\t");
                // A line that a kill has cut is no step; log lines are none either.
                if (parts.length == 2 && parts[1].matches("\\d+")) {
                    steps.add(new Step(this, parts[0], Integer.parseInt(parts[1])));
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

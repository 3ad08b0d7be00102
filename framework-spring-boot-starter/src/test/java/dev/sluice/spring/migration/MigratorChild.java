package dev.sluice.spring.migration;

import dev.sluice.Credentials;
import dev.sluice.spring.settings.MigrationSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * The main class of a JVM in which some instances migrate at once. It reads a {@link Task} for each line of its input, and
 * answers with a line for each instance, {@code outcome TAB milliseconds TAB message}, and one {@code end}.
 */
final class MigratorChild {

    private MigratorChild() {}

    /** What all instances of a JVM do; one line of text. */
    record Task(
            String way,
            String url,
            String username,
            String password,
            String location,
            int instances,
            Duration lockTimeout,
            Duration timeout,
            LockTimes times) {

        String line() {
            return String.join(
                    "\t",
                    way,
                    url,
                    username,
                    password,
                    location,
                    Integer.toString(instances),
                    lockTimeout.toString(),
                    timeout.toString(),
                    times.idle().toString(),
                    times.heartbeat().toString());
        }

        static Task parse(String line) {
            String[] parts = line.split("\t");
            return new Task(
                    parts[0],
                    parts[1],
                    parts[2],
                    parts[3],
                    parts[4],
                    Integer.parseInt(parts[5]),
                    Duration.parse(parts[6]),
                    Duration.parse(parts[7]),
                    new LockTimes(Duration.parse(parts[8]), Duration.parse(parts[9])));
        }

        String application() {
            return way + " child/" + ProcessHandle.current().pid();
        }

        FluentConfiguration flyway() {
            return Flyway.configure()
                    .dataSource(url + "&ApplicationName=" + application().replace(" ", "%20"), username, password)
                    .locations("classpath:db/migrators/" + location);
        }
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader tasks = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = tasks.readLine(); line != null; line = tasks.readLine()) {
            run(Task.parse(line));
            System.out.println("end");
        }
    }

    private static void run(Task task) {
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> instances = new ArrayList<>();
        for (int i = 0; i < task.instances(); i++) {
            Thread instance = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                System.out.println(outcome(task));
            });
            instances.add(instance);
            instance.start();
        }
        start.countDown();
        for (Thread instance : instances) {
            try {
                instance.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static String outcome(Task task) {
        long begin = System.nanoTime();
        String outcome;
        String message = "";
        try {
            outcome = task.way().equals("sluice")
                    ? migrate(task)
                    : (task.flyway().load().migrate().migrationsExecuted > 0 ? "ACQUIRED" : "CURRENT");
        } catch (RuntimeException e) {
            outcome = "FAILED";
            message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
        }
        return outcome + "\t" + (System.nanoTime() - begin) / 1_000_000 + "\t" + message;
    }

    private static String migrate(Task task) {
        MigrationSettings settings = new MigrationSettings(
                new Credentials(task.username(), task.password()),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                task.lockTimeout(),
                task.timeout());
        CoordinatedFlyway flyway = CoordinatedFlyway.of(task.flyway(), settings, task.times(), task.application());
        return new MigrationCoordinator(
                        new FlywaySchema(flyway.flyway()),
                        flyway.sessions(),
                        settings,
                        task.times(),
                        (waited, outcome) -> {},
                        ThreadLocalRandom.current())
                .run()
                .name();
    }
}

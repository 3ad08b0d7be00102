package dev.sluice.spring.migration;

import dev.sluice.testkit.Await;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A JVM that runs {@link MigratorChild}. */
final class MigratorProcess implements AutoCloseable {

    private final Process process;
    private final BufferedWriter tasks;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /** What one instance answered. */
    record Answer(String outcome, long millis, String message) {

        boolean failed() {
            return outcome.equals("FAILED");
        }
    }

    private MigratorProcess(Process process) {
        this.process = process;
        this.tasks = process.outputWriter();
        Thread reader = new Thread(this::read, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    static MigratorProcess start() throws IOException {
        return new MigratorProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx160m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        MigratorChild.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    long pid() {
        return process.pid();
    }

    void begin(MigratorChild.Task task) throws IOException {
        tasks.write(task.line());
        tasks.newLine();
        tasks.flush();
    }

    /** The answers so far, until all instances have answered or the process is gone. */
    boolean hasEnded(List<Answer> answers) {
        for (String line = lines.poll(); line != null; line = lines.poll()) {
            if (line.equals("end")) {
                return true;
            }
            String[] parts = line.split("\t", 3);
            if (parts.length == 3) {
                answers.add(new Answer(parts[0], Long.parseLong(parts[1]), parts[2]));
            }
        }
        return false;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill() {
        process.destroyForcibly();
        Await.until(Duration.ofSeconds(30), () -> !process.isAlive(), "process " + pid() + " ends");
    }

    void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(pid())).start();
        if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IllegalStateException("kill " + signal + " " + pid() + " failed");
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

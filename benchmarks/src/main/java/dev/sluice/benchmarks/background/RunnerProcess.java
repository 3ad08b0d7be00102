package dev.sluice.benchmarks.background;

import dev.sluice.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Another process of the fleet, with the same worker. */
public final class RunnerProcess {

    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final Process process;

    private RunnerProcess(Process process) {
        this.process = process;
    }

    /** @param arguments url and user name; the password is the first line of the input, so that no process list shows it */
    public static void main(String[] arguments) throws IOException {
        String password = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip();
        var sluice = ScenarioDatabase.connect(arguments[0], new Credentials(arguments[1], password));
        sluice.workers().start(new Reconciler(sluice).worker(INTERVAL));
        while (true) {
            LockSupport.park();
        }
    }

    static RunnerProcess start(String url, Credentials login) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RunnerProcess.class.getName(),
                        url,
                        login.username()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var in = process.getOutputStream()) {
            in.write(login.password().getBytes(StandardCharsets.UTF_8));
        }
        return new RunnerProcess(process);
    }

    String pid() {
        return Long.toString(process.pid());
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, pid()).start().waitFor(10, TimeUnit.SECONDS);
    }
}

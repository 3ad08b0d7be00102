package dev.sluice.testkit.cluster.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM that runs {@link ClusterChild} with a temporary directory and a home that are not the user's. */
final class ChildJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;
    private final Path log;

    private ChildJvm(Process process, Path log) {
        this.process = process;
        this.output = process.inputReader();
        this.log = log;
    }

    static ChildJvm start(Path machine, Path home, String wish) throws IOException {
        Path log = machine.resolve("child-" + System.nanoTime() + ".log");
        return new ChildJvm(
                new ProcessBuilder(List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Djava.io.tmpdir=" + machine,
                                "-Duser.home=" + home,
                                "-Dsluice.testkit.data=" + machine,
                                "-cp",
                                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                                ClusterChild.class.getName(),
                                wish))
                        .redirectError(log.toFile())
                        .start(),
                log);
    }

    /** Waits for the child's cluster, and answers the port of its primary. */
    int port() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IllegalStateException("the child ended without a cluster:\n" + Commands.tail(log));
        }
        return Integer.parseInt(line);
    }

    /** The child's keeper, the only process that the child itself is the parent of for long. */
    ProcessHandle keeper() {
        return process.toHandle()
                .descendants()
                .filter(descendant -> descendant.info().commandLine().orElse("").contains("keeper.sh"))
                .findFirst()
                .orElseThrow();
    }

    void signal(String signal) throws IOException {
        Commands.run(log, List.of("kill", signal, Long.toString(process.pid())));
    }

    /** Lets the child end by itself, and answers its exit code. */
    int end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        return awaitEnd();
    }

    /** Waits for the end of the child, and answers its exit code. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the child does not end:\n" + Commands.tail(log));
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

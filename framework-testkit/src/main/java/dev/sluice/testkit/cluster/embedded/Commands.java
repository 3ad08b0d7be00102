package dev.sluice.testkit.cluster.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the programs that a cluster needs. Their output goes to a file, so that no pipe ties them to this JVM.
 */
final class Commands {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Commands() {}

    /**
     * The command that runs {@code command} as a user whom PostgreSQL accepts. It refuses root; in a user
     * namespace of its own root is nobody in particular, yet still owns its files.
     */
    static List<String> unprivileged(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        List<String> wrapped = new ArrayList<>(List.of("unshare", "-U"));
        wrapped.addAll(command);
        return wrapped;
    }

    /** Runs a command to its end; when it fails, the error shows the tail of its output. */
    static void run(Path log, List<String> command) {
        try {
            Process process = start(log, command);
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw failed(command, "still runs after " + PATIENCE.toSeconds() + " s", log);
            }
            if (process.exitValue() != 0) {
                throw failed(command, "exit code " + process.exitValue(), log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command.get(0), e);
        }
    }

    private static Process start(Path log, List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("'" + command.get(0) + "' cannot be run: is it installed?", e);
        }
    }

    private static IllegalStateException failed(List<String> command, String how, Path log) {
        return new IllegalStateException(String.join(" ", command) + ": " + how + "\n" + tail(log));
    }

    static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            return "(no output: " + e.getMessage() + ")";
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}

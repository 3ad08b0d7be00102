package dev.sluice.testkit.cluster.embedded;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A server that runs on its own, known by the pid file that it keeps.
 *
 * @param folder what belongs to the server; the names of frozen processes are left there for the keeper
 * @param pidFile whose first line is the server's process id while it runs
 */
record LocalProcess(Path folder, Path pidFile) {

    /** A child may end at any time of its own accord: only one that is alive and gets no signal is an error. */
    private static final String SIGNAL_THOSE_ALIVE =
            "for pid; do kill $0 $pid || ! kill -0 $pid 2>/dev/null || exit 1; done";

    boolean runs() {
        return root().isPresent();
    }

    /** SIGKILL for the server and its children, and no trace left of it. */
    void kill() {
        List<ProcessHandle> processes = tree();
        processes.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(processes);
        delete(pidFile);
        delete(frozen());
    }

    /** SIGTERM for the server alone, which ends its children itself. */
    void terminate() {
        List<ProcessHandle> processes = tree();
        processes.stream().limit(1).forEach(ProcessHandle::destroy);
        awaitEnd(processes);
    }

    void freeze() {
        String pids =
                tree().stream().map(process -> Long.toString(process.pid())).collect(Collectors.joining(" "));
        if (!pids.isEmpty()) {
            write(pids);
            signal("-STOP", pids);
        }
    }

    void thaw() {
        try {
            signal("-CONT", Files.readString(frozen()));
            delete(frozen());
        } catch (NoSuchFileException notFrozen) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("the list of frozen processes in " + folder + " cannot be read", e);
        }
    }

    private void signal(String signal, String pids) {
        Commands.run(
                folder.resolve("commands.log"),
                Stream.concat(Stream.of("sh", "-c", SIGNAL_THOSE_ALIVE, signal), Stream.of(pids.split(" ")))
                        .toList());
    }

    /**
     * A process that ended counts as dead even before the system's init has taken note, which may take it
     * long.
     */
    static boolean isAlive(ProcessHandle process) {
        return process.isAlive() && !isZombie(process.pid());
    }

    private static boolean isZombie(long pid) {
        try {
            String state = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return state.startsWith("Z", state.lastIndexOf(')') + 2);
        } catch (IOException goneOrNoLinux) {
            return false;
        }
    }

    /** The server first, so that it starts no new process while its children are signalled. */
    private List<ProcessHandle> tree() {
        return root().map(root ->
                        Stream.concat(Stream.of(root), root.descendants()).toList())
                .orElse(List.of());
    }

    private Optional<ProcessHandle> root() {
        try (Stream<String> lines = Files.lines(pidFile)) {
            return lines.findFirst()
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())))
                    .filter(LocalProcess::isAlive);
        } catch (NoSuchFileException stopped) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("the pid file " + pidFile + " cannot be read", e);
        }
    }

    private void awaitEnd(List<ProcessHandle> processes) {
        Await.until(
                ClusterNode.PATIENCE,
                () -> processes.stream().noneMatch(LocalProcess::isAlive),
                "the processes of " + folder.getFileName() + " end");
    }

    private Path frozen() {
        return folder.resolve("frozen");
    }

    private void write(String pids) {
        try {
            Files.writeString(frozen(), pids);
        } catch (IOException e) {
            throw new UncheckedIOException("the frozen processes could not be noted in " + folder, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " could not be removed", e);
        }
    }
}

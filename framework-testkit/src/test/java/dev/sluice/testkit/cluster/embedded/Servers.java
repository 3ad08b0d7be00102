package dev.sluice.testkit.cluster.embedded;

import dev.sluice.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The servers that child JVMs have started.
 *
 * @param machine the children's temporary directory
 */
record Servers(Path machine) {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** Those that have written down who they are and still run. */
    List<ProcessHandle> running() throws IOException {
        List<ProcessHandle> servers = new ArrayList<>();
        for (Path file : files("glob:**/{postmaster.pid,redis.pid}")) {
            long pid = Long.parseLong(Files.readAllLines(file).get(0).strip());
            ProcessHandle.of(pid).ifPresent(servers::add);
        }
        return servers;
    }

    /** Waits until they have ended, and their files are gone. */
    void awaitEndOf(List<ProcessHandle> servers) {
        Await.until(SOON, () -> servers.stream().noneMatch(LocalProcess::isAlive), "the servers end");
        Await.until(SOON, () -> files("glob:**/sluice-cluster-*").isEmpty(), "the cluster's files are removed");
    }

    private List<Path> files(String pattern) throws IOException {
        try (Stream<Path> tree = Files.find(machine, 4, (path, attributes) -> path.getFileSystem()
                .getPathMatcher(pattern)
                .matches(path))) {
            return tree.toList();
        }
    }
}

package dev.sluice.testkit.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No server outlives the JVMs that use it, and many JVMs that come at once share one cluster. */
class ClusterLifeTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** Unpacked once for the class; a bare machine has its home elsewhere. */
    @TempDir
    private static Path home;

    @TempDir
    private Path machine;

    /** TERM stands for Ctrl-C: a JVM treats both alike, but what a shell runs in the background ignores INT. */
    @ParameterizedTest
    @CsvSource({"own, -KILL", "own, -TERM", "frozen, -KILL"})
    void aClusterEndsWithItsJvmHoweverThatEnds(String wish, String signal) throws IOException {
        try (ChildJvm child = child(wish)) {
            child.port();
            List<ProcessHandle> servers = servers();
            assertThat(servers).as("primary, standby and Redis").hasSize(3).allMatch(LocalProcess::isAlive);

            child.signal(signal);

            awaitNothingLeft(servers);
        }
    }

    @Test
    void withoutItsKeeperTheServersWouldStay() throws Exception {
        try (ChildJvm child = child("own")) {
            child.port();
            List<ProcessHandle> servers = servers();
            ProcessHandle keeper = child.keeper();
            keeper.destroyForcibly();
            keeper.onExit().get(20, TimeUnit.SECONDS);

            child.signal("-KILL");
            child.awaitEnd();

            assertThat(servers).hasSize(3).allMatch(LocalProcess::isAlive);
            servers.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void aSharedClusterOutlivesWhoStartedItAndEndsWithItsLastUser() throws IOException {
        try (ChildJvm first = child("shared")) {
            int port = first.port();
            try (ChildJvm second = child("shared")) {
                assertThat(second.port()).isEqualTo(port);
                List<ProcessHandle> servers = servers();

                first.signal("-KILL");
                try (ChildJvm third = child("shared")) {
                    assertThat(third.port()).isEqualTo(port);
                    third.signal("-KILL");
                }
                assertThat(servers).hasSize(1).allMatch(LocalProcess::isAlive);
                second.signal("-KILL");

                awaitNothingLeft(servers);
            }
        }
    }

    @Test
    void aSharedClusterThatDiedIsReplaced() throws IOException {
        try (ChildJvm first = child("shared")) {
            int port = first.port();
            servers().forEach(ProcessHandle::destroyForcibly);

            try (ChildJvm second = child("shared")) {
                assertThat(second.port()).isNotEqualTo(port);
            }
        }
        awaitNothingLeft(List.of());
    }

    @Test
    void eightProcessesStartAtOnceWithoutAFight() throws Exception {
        startAtOnce(8);
    }

    @Test
    @Tag("long")
    void fortyOneProcessesStartAtOnceWithoutAFight() throws Exception {
        startAtOnce(41);
    }

    private void startAtOnce(int processes) throws Exception {
        List<ChildJvm> children = new ArrayList<>();
        try {
            for (int i = 0; i < processes; i++) {
                children.add(ChildJvm.start(machine, machine, "shared"));
            }
            Set<Integer> ports = new TreeSet<>();
            for (ChildJvm child : children) {
                ports.add(child.port());
            }
            assertThat(ports).as("one cluster for all").hasSize(1);
            List<ProcessHandle> servers = servers();
            for (ChildJvm child : children) {
                assertThat(child.end()).isZero();
            }
            awaitNothingLeft(servers);
        } finally {
            children.forEach(ChildJvm::close);
        }
    }

    private ChildJvm child(String wish) throws IOException {
        return ChildJvm.start(machine, home, wish);
    }

    private void awaitNothingLeft(List<ProcessHandle> servers) {
        Await.until(SOON, () -> servers.stream().noneMatch(LocalProcess::isAlive), "the servers end");
        Await.until(SOON, () -> files("glob:**/sluice-cluster-*").isEmpty(), "the cluster's files are removed");
    }

    private List<ProcessHandle> servers() throws IOException {
        List<ProcessHandle> servers = new ArrayList<>();
        for (Path file : files("glob:**/{postmaster.pid,redis.pid}")) {
            long pid = Long.parseLong(Files.readAllLines(file).get(0).strip());
            ProcessHandle.of(pid).ifPresent(servers::add);
        }
        return servers;
    }

    private List<Path> files(String pattern) throws IOException {
        try (Stream<Path> tree = Files.find(machine, 4, (path, attributes) -> path.getFileSystem()
                .getPathMatcher(pattern)
                .matches(path))) {
            return tree.toList();
        }
    }
}

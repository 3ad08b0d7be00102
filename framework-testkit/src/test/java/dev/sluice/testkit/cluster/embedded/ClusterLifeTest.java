package dev.sluice.testkit.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No server outlives the JVMs that use it. */
class ClusterLifeTest {

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
            List<ProcessHandle> servers = machine().running();
            assertThat(servers).as("primary, standby and Redis").hasSize(3).allMatch(LocalProcess::isAlive);

            child.signal(signal);

            machine().awaitEndOf(servers);
        }
    }

    @Test
    void withoutItsKeeperTheServersWouldStay() throws Exception {
        try (ChildJvm child = child("own")) {
            child.port();
            List<ProcessHandle> servers = machine().running();
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
                List<ProcessHandle> servers = machine().running();

                first.signal("-KILL");
                try (ChildJvm third = child("shared")) {
                    assertThat(third.port()).isEqualTo(port);
                    third.signal("-KILL");
                }
                assertThat(servers).hasSize(1).allMatch(LocalProcess::isAlive);
                second.signal("-KILL");

                machine().awaitEndOf(servers);
            }
        }
    }

    @Test
    void aSharedClusterThatDiedIsReplaced() throws IOException {
        try (ChildJvm first = child("shared")) {
            int port = first.port();
            machine().running().forEach(ProcessHandle::destroyForcibly);

            try (ChildJvm second = child("shared")) {
                assertThat(second.port()).isNotEqualTo(port);
            }
        }
        machine().awaitEndOf(List.of());
    }

    private ChildJvm child(String wish) throws IOException {
        return ChildJvm.start(machine, home, wish);
    }

    private Servers machine() {
        return new Servers(machine);
    }
}

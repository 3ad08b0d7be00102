package dev.sluice.testkit.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many JVMs that come at once to a bare machine share one cluster. */
class StartAtOnceTest {

    @TempDir
    private Path machine;

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
        Servers servers = new Servers(machine);
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
            List<ProcessHandle> running = servers.running();
            for (ChildJvm child : children) {
                assertThat(child.end()).isZero();
            }
            servers.awaitEndOf(running);
        } finally {
            children.forEach(ChildJvm::close);
        }
    }
}

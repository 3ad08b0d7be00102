package dev.sluice.testkit.cluster.embedded;

import dev.sluice.testkit.cluster.ClusterProvider;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.SluiceCluster;
import java.util.Optional;

/** {@code embedded}: clusters of local processes, for root and ordinary users, on Linux and macOS. */
public final class EmbeddedClusterProvider implements ClusterProvider {

    @Override
    public String name() {
        return "embedded";
    }

    @Override
    public int order() {
        return 100;
    }

    @Override
    public Optional<String> unavailable() {
        return Binaries.archive().isPresent()
                ? Optional.empty()
                : Optional.of("no PostgreSQL binaries for " + System.getProperty("os.name") + " on "
                        + System.getProperty("os.arch") + " on the class path (expected: an artifact of"
                        + " io.zonky.test.postgres)");
    }

    @Override
    public Optional<String> unprepared() {
        return Optional.empty();
    }

    @Override
    public SluiceCluster start(ClusterSpec spec) {
        return EmbeddedCluster.start(spec);
    }

    @Override
    public SluiceCluster share() {
        return SharedCluster.join();
    }
}

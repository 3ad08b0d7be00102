package dev.sluice.testkit.cluster;

import dev.sluice.testkit.cluster.containers.ContainersClusterProvider;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Needs a Docker engine with the configured images; {@code .ci/containers} makes both and runs it. */
@EnabledIfSystemProperty(named = "sluice.testkit.provider", matches = "containers")
class ContainersClusterTest extends SluiceClusterContract {

    ContainersClusterTest() {
        super(new ContainersClusterProvider());
    }
}

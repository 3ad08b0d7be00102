package dev.sluice.testkit.cluster;

import dev.sluice.testkit.cluster.embedded.EmbeddedClusterProvider;

class EmbeddedClusterTest extends SluiceClusterContract {

    EmbeddedClusterTest() {
        super(new EmbeddedClusterProvider());
    }
}

package dev.sluice.r2dbc.cluster;

import dev.sluice.SluiceSettings;

/** Makes the {@link Cluster} of a database; found by {@link java.util.ServiceLoader}. Without one there is one node. */
public interface ClusterProvider {

    /**
     * Opens the nodes. Connects nothing by itself: {@link Cluster#start()} and the first call do.
     *
     * @param settings the configuration
     * @param nodes opens a node
     * @return the cluster, to be closed
     * @throws IllegalArgumentException if the settings contradict each other, naming the property
     */
    Cluster open(SluiceSettings settings, NodeFactory nodes);
}

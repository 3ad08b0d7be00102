package dev.sluice.replica;

import dev.sluice.Credentials;
import dev.sluice.ReplicaSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.r2dbc.cluster.Cluster;
import dev.sluice.r2dbc.cluster.ClusterProvider;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.cluster.NodeFactory;
import dev.sluice.replica.selection.Selector;
import dev.sluice.replica.topology.TopologyMonitor;
import java.util.ArrayList;
import java.util.List;

/** Opens the nodes of a configuration as one cluster. */
public final class ReplicaClusterProvider implements ClusterProvider {

    /** For the service loader. */
    public ReplicaClusterProvider() {}

    @Override
    public Cluster open(SluiceSettings settings, NodeFactory nodes) {
        ReplicaSettings replicas = settings.replicas();
        if (replicas.nodes().size() >= Selector.MOST_NODES) {
            throw new IllegalArgumentException("replicas.nodes: %d nodes (expected: %d at most)"
                    .formatted(replicas.nodes().size(), Selector.MOST_NODES - 1));
        }
        Node main = nodes.open(ReplicaSettings.MAIN, settings.url(), settings.app(), settings.pool());
        return replicas.nodes().isEmpty()
                ? new SampledNode(main, settings.timeouts().call())
                : routed(settings, nodes, main);
    }

    private static Cluster routed(SluiceSettings settings, NodeFactory nodes, Node main) {
        List<Node> all = new ArrayList<>(List.of(main));
        settings.replicas().nodes().forEach((name, node) -> {
            Credentials app = node.app() == null ? settings.app() : node.app();
            all.add(nodes.open(name, node.url(), app, settings.pool()));
        });
        return RoutedCluster.of(all, TopologyMonitor.open(settings), settings, System::nanoTime);
    }
}

package dev.sluice.replica.topology;

import dev.sluice.ReplicaSettings;
import dev.sluice.ReplicaSettings.ReplicaNode;
import dev.sluice.RoutingSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A running monitor, for the thread of a test. */
final class Monitored implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(30);

    final TopologyMonitor monitor;

    private Monitored(SluiceSettings settings) {
        monitor = TopologyMonitor.open(settings);
        monitor.start().block(SOON);
    }

    /** Of all nodes of a cluster, as the role of probes. */
    static Monitored all(SluiceCluster cluster, TestDatabase database) {
        Map<String, ReplicaNode> nodes = new LinkedHashMap<>();
        for (ClusterNode standby : cluster.standbys()) {
            nodes.put(standby.name(), new ReplicaNode(database.on(standby).url(), null));
        }
        return of(database.settings(), nodes);
    }

    static Monitored of(SluiceSettings.Builder settings, Map<String, ReplicaNode> nodes) {
        return new Monitored(settings.replicas(new ReplicaSettings(RoutingSettings.DEFAULT, nodes))
                .build());
    }

    Topology now() {
        return monitor.current();
    }

    NodeView node(int index) {
        return now().nodes().get(index);
    }

    /** Waits for a snapshot. */
    Topology await(String what, Predicate<Topology> wanted) {
        Topology found = monitor.await(wanted, SOON).block(SOON.multipliedBy(2));
        if (found == null) {
            throw new AssertionError("still waiting for: " + what + "\nknown: " + now());
        }
        return found;
    }

    NodeView await(String what, int node, Predicate<NodeView> wanted) {
        return await(what, topology -> wanted.test(topology.nodes().get(node)))
                .nodes()
                .get(node);
    }

    /** All snapshots until a number of each node's answers has come. */
    List<Topology> next(int snapshots) {
        java.util.concurrent.BlockingQueue<Topology> seen = new java.util.concurrent.LinkedBlockingQueue<>();
        monitor.listen(seen::add);
        dev.sluice.testkit.Await.until(SOON, () -> seen.size() >= snapshots, snapshots + " snapshots");
        return List.copyOf(seen);
    }

    @Override
    public void close() {
        monitor.close().block(SOON);
    }
}

package dev.sluice.replica;

import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.replica.topology.NodeView;
import dev.sluice.replica.topology.NodeView.Standing;
import dev.sluice.replica.topology.Topology;
import dev.sluice.replica.topology.TopologyMonitor;

/** Keeps writes from nodes that must not take them. The last look before a write is sent, after all waiting. */
final class Fence {

    private final TopologyMonitor monitor;

    Fence(TopologyMonitor monitor) {
        this.monitor = monitor;
    }

    /**
     * Lets a new write pass on the primary alone.
     *
     * @throws NotPrimaryException on any other node
     */
    void check(String operation, RoutedNode node) {
        Topology now = monitor.current();
        if (now.primary() != node.index()) {
            throw refused(operation, node, now);
        }
    }

    /**
     * Lets what belongs to an open transaction pass, unless the node is known to be no primary any more.
     *
     * @throws NotPrimaryException on a standby and on a fenced node
     */
    void checkOpen(String operation, RoutedNode node) {
        Topology now = monitor.current();
        NodeView view = now.nodes().get(node.index());
        if (view.role() == Role.STANDBY || view.standing() == Standing.FENCED || view.standing() == Standing.FOREIGN) {
            throw refused(operation, node, now);
        }
    }

    private static NotPrimaryException refused(String operation, RoutedNode node, Topology now) {
        return new NotPrimaryException(
                operation, node.name(), now.nodes().get(node.index()).reason());
    }
}

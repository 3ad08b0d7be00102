package dev.sluice.replica;

import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.replica.topology.NodeView;
import dev.sluice.replica.topology.NodeView.Standing;
import dev.sluice.replica.topology.Topology;
import java.util.List;
import java.util.function.Consumer;

/**
 * Lets go of connections when their node has changed: those of a primary that is none any more as they become idle, those of a
 * standby that does not answer at once, so that the reads on them fail, and run elsewhere, instead of waiting for it. Called by
 * one thread at a time.
 */
final class NodeChanges implements Consumer<Topology> {

    private final List<RoutedNode> nodes;
    private Topology last;

    NodeChanges(List<RoutedNode> nodes, Topology first) {
        this.nodes = nodes;
        this.last = first;
    }

    @Override
    public void accept(Topology now) {
        for (RoutedNode node : nodes) {
            changed(node, last.nodes().get(node.index()), now.nodes().get(node.index()));
        }
        last = now;
    }

    private static void changed(RoutedNode node, NodeView before, NodeView now) {
        boolean away = now.standing() == Standing.SILENT;
        boolean wasAway = before.standing() == Standing.SILENT;
        if (away && before.role() == Role.STANDBY) {
            node.leases().disconnect();
        } else if (wasAway && now.standing() == Standing.MEMBER) {
            node.candidate().returned();
        } else if (isDemoted(before, now)) {
            node.leases().drain();
        }
    }

    private static boolean isDemoted(NodeView before, NodeView now) {
        boolean fenced = now.standing() == Standing.FENCED || now.standing() == Standing.FOREIGN;
        return fenced
                ? now.standing() != before.standing()
                : before.role() == Role.PRIMARY && now.role() == Role.STANDBY;
    }
}

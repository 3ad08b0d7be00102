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
    // What each was when it last answered: a server has to be restarted to become a standby, and is silent in between.
    private final Role[] roles;
    private Topology last;

    NodeChanges(List<RoutedNode> nodes, Topology first) {
        this.nodes = nodes;
        this.last = first;
        this.roles = first.nodes().stream().map(NodeView::role).toArray(Role[]::new);
    }

    @Override
    public void accept(Topology now) {
        for (RoutedNode node : nodes) {
            changed(node, last.nodes().get(node.index()), now.nodes().get(node.index()));
        }
        last = now;
    }

    private void changed(RoutedNode node, NodeView before, NodeView now) {
        boolean away = now.standing() == Standing.SILENT;
        boolean wasAway = before.standing() == Standing.SILENT;
        if (away && before.role() == Role.STANDBY) {
            node.leases().disconnect();
        } else if (wasAway && now.standing() == Standing.MEMBER) {
            node.candidate().returned();
        }
        if (isDemoted(node.index(), before, now)) {
            node.leases().drain();
        }
        if (now.role() != Role.UNKNOWN) {
            roles[node.index()] = now.role();
        }
    }

    private boolean isDemoted(int node, NodeView before, NodeView now) {
        boolean fenced = now.standing() == Standing.FENCED || now.standing() == Standing.FOREIGN;
        return fenced ? now.standing() != before.standing() : roles[node] == Role.PRIMARY && now.role() == Role.STANDBY;
    }
}

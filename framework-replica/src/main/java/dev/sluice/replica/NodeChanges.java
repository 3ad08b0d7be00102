package dev.sluice.replica;

import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.replica.topology.NodeView;
import dev.sluice.replica.topology.NodeView.Standing;
import dev.sluice.replica.topology.Topology;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of connections when their node has changed: those of a primary that is none any more as they become idle, those of a
 * standby that does not answer at once, so that the reads on them fail, and run elsewhere, instead of waiting for it. Called by
 * one thread at a time.
 */
final class NodeChanges implements Consumer<Topology> {

    private static final Logger LOG = LoggerFactory.getLogger(NodeChanges.class);

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
        if (last.primary() != now.primary()) {
            LOG.info("the primary is {} (timeline {})", primary(now), now.timeline());
        }
        last = now;
    }

    private static String primary(Topology topology) {
        return topology.hasPrimary()
                ? "'" + topology.nodes().get(topology.primary()).name() + "'"
                : "not known: " + topology.problem();
    }

    private static void changed(RoutedNode node, NodeView before, NodeView now) {
        boolean away = now.standing() == Standing.SILENT;
        boolean wasAway = before.standing() == Standing.SILENT;
        if (away && before.role() == Role.STANDBY) {
            LOG.warn("node '{}' gets no calls: {}", node.name(), now.reason());
            node.leases().disconnect();
        } else if (wasAway && now.standing() == Standing.MEMBER) {
            LOG.info("node '{}' answers: {}", node.name(), now.reason());
            node.candidate().returned();
        } else if (isDemoted(before, now)) {
            LOG.warn("node '{}' takes no writes any more: {}", node.name(), now.reason());
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

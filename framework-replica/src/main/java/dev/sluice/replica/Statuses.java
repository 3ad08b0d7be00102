package dev.sluice.replica;

import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.replica.selection.Candidate;
import dev.sluice.replica.selection.Selector;
import dev.sluice.replica.topology.NodeView;
import dev.sluice.replica.topology.NodeView.Standing;
import dev.sluice.replica.topology.Topology;
import java.util.List;

/** Says of each node what is known of it, for people. */
final class Statuses {

    private Statuses() {}

    static List<NodeStatus> of(Topology topology, List<RoutedNode> nodes, Selector selector) {
        return nodes.stream()
                .map(node -> of(topology.nodes().get(node.index()), node.candidate(), selector))
                .toList();
    }

    private static NodeStatus of(NodeView view, Candidate candidate, Selector selector) {
        State state = state(view, candidate, selector);
        return new NodeStatus(
                view.name(),
                view.role(),
                state,
                reason(view, state),
                view.position(),
                view.lagBytes(),
                view.lag(),
                view.roundTrip());
    }

    private static State state(NodeView view, Candidate candidate, Selector selector) {
        if (view.standing() != Standing.MEMBER) {
            return switch (view.standing()) {
                case FENCED -> State.FENCED;
                case FOREIGN -> State.REFUSED;
                default -> State.DOWN;
            };
        }
        if (candidate.isBanned()) {
            return State.BANNED;
        }
        if (view.role() == Role.STANDBY && !selector.isWithinLag(view)) {
            return State.LAGGING;
        }
        return candidate.isRamping() ? State.RAMPING : State.UP;
    }

    private static String reason(NodeView view, State state) {
        return switch (state) {
            case BANNED -> "its connections failed; it is tried again after 1 s at first, 60 s at most";
            case RAMPING -> "it has just come back, and gets more and more calls for 10 s";
            default -> view.reason();
        };
    }
}

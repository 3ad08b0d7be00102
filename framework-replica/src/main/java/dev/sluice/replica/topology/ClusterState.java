package dev.sluice.replica.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What all probes have found. Immutable; changed by one answer or failure at a time, and by nothing else: no clock, no
 * connection. {@link TopologyView} makes of it what is published.
 *
 * @param nodes each node, in the order of the configuration
 * @param identity the cluster that counts
 * @param timeline the highest that a node of that cluster was seen on; never shrinks
 * @param history where the primary stood when
 */
record ClusterState(List<NodeState> nodes, ClusterIdentity identity, int timeline, WalHistory history) {

    static ClusterState unasked(List<String> names) {
        return new ClusterState(
                names.stream().map(NodeState::unasked).toList(), ClusterIdentity.UNDECIDED, 0, WalHistory.none());
    }

    /**
     * A node has answered.
     *
     * @param node its index
     * @param answer what it said
     * @param asked the nanotime at which the question was sent
     * @param now the nanotime at which the answer arrived
     */
    ClusterState answered(int node, NodeAnswer answer, long asked, long now) {
        ClusterState next =
                with(node, state -> state.answered(answer, now - asked)).settled();
        return next.primary() == node ? next.sampled(node, asked) : next;
    }

    /**
     * A node did not answer, or its connection was lost.
     *
     * @param node its index
     * @param why for people
     * @param now the nanotime
     */
    ClusterState failed(int node, String why, long now) {
        return with(node, state -> state.failed(why, now)).settled();
    }

    private ClusterState with(int node, UnaryOperator<NodeState> change) {
        List<NodeState> changed = new ArrayList<>(nodes);
        changed.set(node, change.apply(changed.get(node)));
        return new ClusterState(changed, identity, timeline, history);
    }

    private ClusterState settled() {
        ClusterIdentity decided = identity.given(nodes);
        List<NodeState> known = each(node -> isForeign(node, decided) ? node.refused() : node);
        int highest = decided.isDecided() ? highest(known) : 0;
        Writers writers = Writers.of(known, highest);
        return new ClusterState(known, decided, highest, history)
                .each(writers.areContested() ? node -> doubted(node, highest) : UnaryOperator.identity(), history);
    }

    // Two primaries have written on this timeline, and a standby may have replayed what either wrote.
    private static NodeState doubted(NodeState node, int contested) {
        NodeAnswer answer = node.answer();
        return answer != null && !answer.writable() && answer.timeline() == contested ? node.inDoubt() : node;
    }

    private ClusterState sampled(int primary, long asked) {
        NodeAnswer answer = nodes.get(primary).answer();
        return answer == null
                ? this
                : each(UnaryOperator.identity(), history.with(primary, answer.timeline(), answer.lsn(), asked));
    }

    private ClusterState each(UnaryOperator<NodeState> change, WalHistory seen) {
        return new ClusterState(each(node -> change.apply(node).measured(seen)), identity, timeline, seen);
    }

    private List<NodeState> each(UnaryOperator<NodeState> change) {
        return nodes.stream().map(change).toList();
    }

    private static boolean isForeign(NodeState node, ClusterIdentity decided) {
        return node.answer() != null && decided.isDecided() && !decided.isOf(node.answer());
    }

    private int highest(List<NodeState> known) {
        int highest = timeline;
        for (NodeState node : known) {
            if (node.answer() != null && !node.foreign()) {
                highest = Math.max(highest, node.answer().timeline());
            }
        }
        return highest;
    }

    /** The node to write to; -1 if there is none. */
    int primary() {
        return identity.isDecided() ? writers().primary() : -1;
    }

    Writers writers() {
        return Writers.of(nodes, timeline);
    }

    /** The node before this one that is another name of the same server, both answering; -1 if there is none. */
    int sameServerBefore(int node) {
        for (int other = 0; other < node; other++) {
            NodeState before = nodes.get(other);
            if (before.answers() && nodes.get(node).answers() && before.isSameServerAs(nodes.get(node))) {
                return other;
            }
        }
        return -1;
    }
}

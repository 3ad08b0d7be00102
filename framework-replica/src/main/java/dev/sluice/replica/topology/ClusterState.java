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
 * @param timelines of that cluster
 * @param history where the primary stood when
 */
record ClusterState(List<NodeState> nodes, ClusterIdentity identity, Timelines timelines, WalHistory history) {

    static ClusterState unasked(List<String> names) {
        return new ClusterState(
                names.stream().map(NodeState::unasked).toList(),
                ClusterIdentity.UNDECIDED,
                Timelines.NONE,
                WalHistory.none());
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
        Freshness standbyUntil = nodes.get(node).standbyUntil();
        ClusterState next =
                with(node, state -> state.answered(answer, asked, now)).settled();
        return next.primary() == node ? next.sampled(node, asked, standbyUntil) : next;
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
        return new ClusterState(changed, identity, timelines, history);
    }

    private ClusterState each(UnaryOperator<NodeState> change) {
        return new ClusterState(nodes.stream().map(change).toList(), identity, timelines, history);
    }

    private ClusterState settled() {
        ClusterIdentity decided = identity.given(nodes);
        ClusterState known = each(node -> isForeign(node, decided) ? node.refused() : node);
        Timelines seen = decided.isDecided() ? timelines.seen(known.nodes) : timelines;
        return new ClusterState(
                known.each(node -> node.inDoubt(seen.doubted()).measured(history)).nodes, decided, seen, history);
    }

    private static boolean isForeign(NodeState node, ClusterIdentity decided) {
        return node.answer() != null && decided.isDecided() && !decided.isOf(node.answer());
    }

    private ClusterState sampled(int primary, long asked, Freshness standbyUntil) {
        NodeAnswer answer = nodes.get(primary).answer();
        if (answer == null) {
            return this;
        }
        boolean sameAsBefore = history.isBy(primary, answer.timeline());
        WalHistory seen = history.with(primary, answer.timeline(), answer.lsn(), asked);
        ClusterState measured = each(node -> (sameAsBefore ? node : node.under(standbyUntil)).measured(seen));
        return new ClusterState(measured.nodes, identity, timelines, seen);
    }

    /** The node to write to; -1 if there is none. */
    int primary() {
        return identity.isDecided() ? writers().primary() : -1;
    }

    Writers writers() {
        return Writers.of(nodes, timelines.highest());
    }

    /** The node before this one that is another name of the same server, both answering; -1 if there is none. */
    int sameServerBefore(int node) {
        NodeState one = nodes.get(node);
        for (int other = 0; other < node; other++) {
            NodeState before = nodes.get(other);
            if (before.answers() && one.answers() && !before.foreign() && before.isSameServerAs(one)) {
                return other;
            }
        }
        return -1;
    }
}

package dev.sluice.replica.topology;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was seen of the cluster's timelines. Each promotion begins one, with the number after that of the one before: nodes
 * that were promoted at the same point of history begin several of the same number, and what stands on one of them cannot be
 * compared with another. That is remembered: only a higher timeline is free of doubt, or a restart, which forgets.
 *
 * @param highest the highest that a node was seen on; never shrinks
 * @param writers which node was first seen to take writes on a timeline; {@link #DEMOTED} if it does not any more
 * @param doubted those that were begun more than once
 */
record Timelines(int highest, Map<Integer, Integer> writers, Set<Integer> doubted) {

    private static final int DEMOTED = -1;

    static final Timelines NONE = new Timelines(0, Map.of(), Set.of());

    Timelines {
        writers = Map.copyOf(writers);
        doubted = Set.copyOf(doubted);
    }

    Timelines seen(List<NodeState> nodes) {
        Map<Integer, Integer> known = new HashMap<>(writers);
        known.replaceAll((timeline, node) -> node >= 0 && nodes.get(node).writesOn(timeline) ? node : DEMOTED);
        Set<Integer> inDoubt = new HashSet<>(doubted);
        int now = highest;
        for (int node = 0; node < nodes.size(); node++) {
            NodeAnswer answer = nodes.get(node).answer();
            if (answer == null || nodes.get(node).foreign()) {
                continue;
            }
            now = Math.max(now, answer.timeline());
            if (answer.writable()) {
                int first = known.merge(answer.timeline(), node, (old, other) -> old);
                if (first == DEMOTED || !isSame(nodes, first, node)) {
                    inDoubt.add(answer.timeline());
                }
            }
        }
        return new Timelines(now, known, inDoubt);
    }

    private static boolean isSame(List<NodeState> nodes, int one, int other) {
        return one == other || nodes.get(one).isSameServerAs(nodes.get(other));
    }
}

package dev.sluice.replica.topology;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster counts. Decided once, for the life of the monitor: by the node of {@code sluice.url} if it answers before
 * every node was asked once; else by what most of those say that answer, and the first of them in the order of the
 * configuration if as many say something else.
 *
 * @param systemIdentifier the cluster; null before it is decided
 */
record ClusterIdentity(@Nullable Long systemIdentifier) {

    static final ClusterIdentity UNDECIDED = new ClusterIdentity(null);

    ClusterIdentity given(List<NodeState> nodes) {
        if (systemIdentifier != null) {
            return this;
        }
        NodeAnswer main = nodes.get(0).answer();
        if (main != null) {
            return new ClusterIdentity(main.systemIdentifier());
        }
        return nodes.stream().allMatch(NodeState::wasAsked) ? new ClusterIdentity(mostCommon(nodes)) : this;
    }

    private static @Nullable Long mostCommon(List<NodeState> nodes) {
        Map<Long, Integer> votes = new LinkedHashMap<>();
        for (NodeState node : nodes) {
            if (node.answer() != null) {
                votes.merge(node.answer().systemIdentifier(), 1, Integer::sum);
            }
        }
        @Nullable Long first = null;
        int most = 0;
        for (Map.Entry<Long, Integer> vote : votes.entrySet()) {
            if (vote.getValue() > most) {
                first = vote.getKey();
                most = vote.getValue();
            }
        }
        return first;
    }

    boolean isDecided() {
        return systemIdentifier != null;
    }

    boolean isOf(NodeAnswer answer) {
        return systemIdentifier != null && systemIdentifier == answer.systemIdentifier();
    }
}

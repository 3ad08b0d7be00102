package dev.sluice.replica.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rules as they must not be: each changes what goes into {@link ClusterState}, or what comes out, in one respect. */
enum Mistake {
    /** None. */
    NONE,

    /** A primary that is silent does not count any more. */
    SILENCE_SETTLES {
        @Override
        ClusterState failed(ClusterState before, int node, long now) {
            ClusterState after = super.failed(before, node, now);
            return with(after, node, NodeState.unasked("forgotten").failed("silent", now));
        }
    },

    /** The node that takes writes is the primary, whatever its timeline is. */
    TIMELINES_DO_NOT_MATTER {
        @Override
        NodeAnswer heard(NodeAnswer answer) {
            return new NodeAnswer(
                    answer.systemIdentifier(), answer.startedAt(), answer.writable(), 1, answer.lsn(), null, false);
        }
    },

    /** A sample of the primary is as new as its arrival. */
    SAMPLES_ARE_AS_NEW_AS_THEIR_ARRIVAL {
        @Override
        ClusterState answered(ClusterState before, int node, NodeAnswer answer, long asked, long now) {
            return super.answered(before, node, answer, now, now);
        }
    },

    /** A node that comes back has what it had. */
    NODES_COME_BACK_AS_THEY_WERE {
        @Override
        NodeAnswer heard(NodeAnswer answer) {
            return new NodeAnswer(
                    answer.systemIdentifier(), 1, answer.writable(), answer.timeline(), answer.lsn(), null, false);
        }

        @Override
        ClusterState failed(ClusterState before, int node, long now) {
            return before;
        }
    },

    /** Every node is of the cluster. */
    ANY_CLUSTER_WILL_DO {
        @Override
        NodeAnswer heard(NodeAnswer answer) {
            return new NodeAnswer(
                    SimulatedCluster.IDENTIFIER,
                    answer.startedAt() + answer.systemIdentifier() % 10 * 1_000_000,
                    answer.writable(),
                    answer.timeline(),
                    answer.lsn(),
                    null,
                    false);
        }
    },

    /** Once one of two primaries is a standby, all is as it was. */
    DOUBT_PASSES {
        @Override
        ClusterState answered(ClusterState before, int node, NodeAnswer answer, long asked, long now) {
            ClusterState after = super.answered(before, node, answer, asked, now);
            Timelines free = new Timelines(after.timelines().highest(), Map.of(), Set.of());
            return new ClusterState(
                    after.nodes().stream().map(each -> each.inDoubt(Set.of())).toList(),
                    after.identity(),
                    free,
                    after.history());
        }
    },

    /** What was fresh beside one primary is so beside the next. */
    FRESHNESS_SURVIVES_A_PROMOTION {
        @Override
        ClusterState answered(ClusterState before, int node, NodeAnswer answer, long asked, long now) {
            ClusterState after = super.answered(before, node, answer, asked, now);
            List<NodeState> nodes = new ArrayList<>();
            for (int i = 0; i < after.nodes().size(); i++) {
                NodeState is = after.nodes().get(i);
                Freshness kept = is.fresh().or(before.nodes().get(i).fresh());
                nodes.add(i == node ? is : is.with(kept));
            }
            return new ClusterState(nodes, after.identity(), after.timelines(), after.history());
        }
    };

    NodeAnswer heard(NodeAnswer answer) {
        return answer;
    }

    ClusterState answered(ClusterState before, int node, NodeAnswer answer, long asked, long now) {
        return before.answered(node, heard(answer), asked, now);
    }

    ClusterState failed(ClusterState before, int node, long now) {
        return before.failed(node, "failed", now);
    }

    private static ClusterState with(ClusterState state, int node, NodeState changed) {
        List<NodeState> nodes = new ArrayList<>(state.nodes());
        nodes.set(node, changed);
        return new ClusterState(nodes, state.identity(), state.timelines(), state.history());
    }
}

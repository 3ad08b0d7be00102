package dev.sluice.replica.topology;

import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.replica.topology.NodeView.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the published snapshot of a state.
 *
 * @param state what is known
 * @param writers who takes writes
 * @param now the nanotime of the snapshot
 */
record TopologyView(ClusterState state, Writers writers, long now) {

    static Topology of(ClusterState state, long now) {
        return new TopologyView(state, state.writers(), now).topology();
    }

    private Topology topology() {
        List<NodeView> views = new ArrayList<>();
        for (int node = 0; node < state.nodes().size(); node++) {
            views.add(view(node));
        }
        return new Topology(views, state.primary(), state.timelines().highest(), problem());
    }

    private NodeView view(int index) {
        NodeState node = state.nodes().get(index);
        NodeAnswer answer = node.answer();
        if (node.foreign()) {
            return unused(
                    node,
                    Standing.FOREIGN,
                    "is of another cluster than the others (system identifier %s, expected: %s)"
                            .formatted(
                                    answer == null ? "unknown" : answer.systemIdentifier(),
                                    state.identity().systemIdentifier()));
        }
        int same = state.sameServerBefore(index);
        if (same >= 0) {
            return unused(node, Standing.FOREIGN, "is the same server as '%s'".formatted(nameOf(same)));
        }
        if (answer == null || !node.answers()) {
            return unused(node, Standing.SILENT, silence(node));
        }
        if (!state.identity().isDecided()) {
            return unused(node, Standing.SILENT, "answers, but which cluster counts is not known yet");
        }
        return answer.writable() ? writable(index, node, answer) : standby(node, answer);
    }

    private static NodeView unused(NodeState node, Standing standing, String reason) {
        return new NodeView(node.name(), Role.UNKNOWN, standing, reason, node.position(), -1, null, 0, null);
    }

    private String silence(NodeState node) {
        return node.failure() == null
                ? "has not been asked yet"
                : "has not answered for %d ms: %s".formatted((now - node.failedAt()) / 1_000_000, node.failure());
    }

    private NodeView writable(int index, NodeState node, NodeAnswer answer) {
        boolean isPrimary = index == state.primary();
        return new NodeView(
                node.name(),
                Role.PRIMARY,
                isPrimary ? Standing.MEMBER : Standing.FENCED,
                isPrimary ? "takes the writes" : fence(answer),
                node.position(),
                isPrimary ? 0 : -1,
                isPrimary ? Duration.ZERO : null,
                now,
                Duration.ofNanos(node.roundTrip()));
    }

    private String fence(NodeAnswer answer) {
        return answer.timeline() < state.timelines().highest()
                ? "takes writes on timeline %d, but timeline %d has been seen"
                        .formatted(answer.timeline(), state.timelines().highest())
                : "takes writes on timeline %d, and is not the only one".formatted(answer.timeline());
    }

    private NodeView standby(NodeState node, NodeAnswer answer) {
        boolean comparable = node.replays() && state.history().isOf(answer.timeline());
        return new NodeView(
                node.name(),
                Role.STANDBY,
                Standing.MEMBER,
                following(node, answer),
                node.position(),
                comparable ? bytesBehind(answer) : -1,
                comparable && state.history().isCoveredBy(answer.lsn()) ? Duration.ZERO : age(node),
                node.fresh().at(),
                Duration.ofNanos(node.roundTrip()));
    }

    private String following(NodeState node, NodeAnswer answer) {
        if (node.doubted()) {
            return "may have replayed what either of two primaries wrote on timeline %d: not used until there is a higher one"
                    .formatted(answer.timeline());
        }
        if (answer.timeline() < state.timelines().highest()) {
            return "is on timeline %d, but timeline %d has been seen"
                    .formatted(answer.timeline(), state.timelines().highest());
        }
        if (answer.receiver() == null) {
            return answer.receiverHidden() ? "is a standby" : "is a standby that receives nothing";
        }
        return "streaming".equals(answer.receiver()) ? "streams" : "its WAL receiver is " + answer.receiver();
    }

    private long bytesBehind(NodeAnswer answer) {
        return Math.max(0, state.history().last().value() - answer.lsn().value());
    }

    private @Nullable Duration age(NodeState node) {
        return node.fresh().known() ? Duration.ofNanos(now - node.fresh().at()) : null;
    }

    private @Nullable String problem() {
        if (!state.identity().isDecided()) {
            return "no node has answered yet: " + reasons();
        }
        if (writers.areContested()) {
            return ("%s take writes on timeline %d and cannot be told apart: nothing is written until all but one are"
                            + " standbys, one is promoted to a higher timeline, or the application is restarted")
                    .formatted(names(writers.nodes()), writers.timeline());
        }
        int primary = writers.primary();
        if (primary < 0) {
            return "no node takes writes on timeline %d: %s"
                    .formatted(state.timelines().highest(), reasons());
        }
        NodeState node = state.nodes().get(primary);
        return node.answers() ? null : "the primary '%s' %s".formatted(node.name(), silence(node));
    }

    private String reasons() {
        List<String> reasons = new ArrayList<>();
        for (int node = 0; node < state.nodes().size(); node++) {
            reasons.add("'%s' %s".formatted(nameOf(node), view(node).reason()));
        }
        return String.join("; ", reasons);
    }

    private String names(List<Integer> nodes) {
        return nodes.stream().map(node -> "'" + nameOf(node) + "'").collect(Collectors.joining(" and "));
    }

    private String nameOf(int node) {
        return state.nodes().get(node).name();
    }
}

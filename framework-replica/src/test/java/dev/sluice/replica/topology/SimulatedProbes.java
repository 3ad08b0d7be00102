package dev.sluice.replica.topology;

import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.replica.topology.NodeView.Standing;
import dev.sluice.replica.topology.SimulatedCluster.Branch;
import dev.sluice.replica.topology.SimulatedCluster.Commit;
import dev.sluice.replica.topology.SimulatedCluster.Content;
import dev.sluice.replica.topology.SimulatedCluster.Server;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Asks the servers of a simulated cluster, tells a {@link ClusterState} what they say, and checks what it concludes. */
final class SimulatedProbes {

    /** What must have happened in some runs, or they show nothing. */
    enum Evidence {
        A_PROMOTION,
        TWO_WRITERS,
        TWO_WRITERS_RESOLVED,
        A_FENCED_NODE,
        A_STANDBY_THAT_HAS_ALL,
        A_STANDBY_THAT_LAGS,
        A_SILENT_PRIMARY
    }

    private static final int SIZE = 5;

    private final Random random;
    private final Mistake mistake;
    private final SimulatedCluster cluster;
    private final List<Asking> nodes;
    private final Set<Evidence> evidence = EnumSet.noneOf(Evidence.class);
    private ClusterState state;
    private int timeline;
    // When it was decided which cluster counts.
    private @Nullable Boolean onlyTheOtherAnswered;

    SimulatedProbes(Random random, Mistake mistake) {
        this.random = random;
        this.mistake = mistake;
        this.cluster = new SimulatedCluster(random, SIZE);
        this.nodes = cluster.servers.stream().map(Asking::new).toList();
        this.state = ClusterState.unasked(
                IntStream.range(0, SIZE).mapToObj(i -> "n" + i).toList());
    }

    Set<Evidence> evidence() {
        return evidence;
    }

    /** One thing happens in the cluster, or to a probe. Answers what is wrong; null if nothing is. */
    @Nullable
    String step() {
        if (random.nextInt(3) == 0) {
            cluster.step();
            return null;
        }
        cluster.now += random.nextInt(5);
        int node = random.nextInt(SIZE);
        boolean told = nodes.get(node).step(node);
        return told ? check(TopologyView.of(state, cluster.now)) : null;
    }

    /** One probe after the other of one node. */
    private final class Asking {

        private final Server server;
        private boolean asked;
        private long askedAt;
        private @Nullable NodeAnswer sample;
        private @Nullable Content sampled;
        // What the monitor was told last.
        private @Nullable NodeAnswer told;
        private @Nullable Content content;

        private Asking(Server server) {
            this.server = server;
        }

        private boolean step(int node) {
            if (!asked) {
                asked = true;
                askedAt = cluster.now;
                return false;
            }
            if (sample == null) {
                return server.answers() && !server.connectionLost ? sample() : random.nextInt(3) == 0 && fail(node);
            }
            return server.connectionLost && random.nextBoolean() ? fail(node) : tell(node);
        }

        private boolean sample() {
            sample = cluster.answer(server);
            sampled = server.content();
            return false;
        }

        private boolean fail(int node) {
            state = mistake.failed(state, node, cluster.now);
            server.connectionLost = false;
            asked = false;
            sample = null;
            return true;
        }

        private boolean tell(int node) {
            NodeAnswer answer = sample;
            told = answer;
            content = sampled;
            if (answer.writable()) {
                sampled.branch().seen = true;
            } else {
                server.seenAsStandby |= !server.writable && answer.startedAt() == server.startedAt;
            }
            if (answer.systemIdentifier() == SimulatedCluster.IDENTIFIER) {
                timeline = Math.max(timeline, answer.timeline());
            }
            state = mistake.answered(state, node, answer, askedAt, cluster.now);
            asked = false;
            sample = null;
            return true;
        }

        private boolean wrote(int onTimeline) {
            return told != null
                    && told.systemIdentifier() == SimulatedCluster.IDENTIFIER
                    && told.writable()
                    && told.timeline() == onTimeline;
        }
    }

    private @Nullable String check(Topology topology) {
        Long identifier = state.identity().systemIdentifier();
        if (identifier == null) {
            return null;
        }
        if (onlyTheOtherAnswered == null) {
            onlyTheOtherAnswered = nodes.stream().limit(SIZE - 1).allMatch(asking -> asking.told == null);
        }
        if (identifier != SimulatedCluster.IDENTIFIER) {
            // Where no other node answers the first question, the one of the other cluster decides which counts.
            return onlyTheOtherAnswered ? null : "the cluster of one node counts, and not that of the others";
        }
        String violation = checkPrimary(topology);
        for (int node = 0; violation == null && node < SIZE; node++) {
            violation = check(topology, node);
        }
        return violation;
    }

    private @Nullable String checkPrimary(Topology topology) {
        int[] writers = IntStream.range(0, SIZE)
                .filter(node -> nodes.get(node).wrote(timeline))
                .toArray();
        int expected = writers.length == 1 ? writers[0] : -1;
        if (timeline > 1) {
            evidence.add(Evidence.A_PROMOTION);
        }
        if (writers.length > 1) {
            evidence.add(Evidence.TWO_WRITERS);
        } else if (writers.length == 1 && state.timelines().doubted().contains(timeline)) {
            evidence.add(Evidence.TWO_WRITERS_RESOLVED);
        }
        if (topology.hasPrimary() && !topology.primaryAnswers()) {
            evidence.add(Evidence.A_SILENT_PRIMARY);
        }
        if (topology.primary() != expected) {
            return "the primary is %d, but %s took writes on timeline %d when they last answered"
                    .formatted(topology.primary(), java.util.Arrays.toString(writers), timeline);
        }
        return topology.primaryAnswers() == (topology.problem() == null) ? null : "problem: " + topology.problem();
    }

    private @Nullable String check(Topology topology, int node) {
        NodeView view = topology.nodes().get(node);
        Asking asking = nodes.get(node);
        if (asking.told == null) {
            return view.standing() == Standing.SILENT ? null : "never answered: " + view;
        }
        if (asking.told.systemIdentifier() != SimulatedCluster.IDENTIFIER) {
            return view.standing() == Standing.FOREIGN ? null : "of another cluster: " + view;
        }
        if (view.standing() == Standing.FENCED) {
            evidence.add(Evidence.A_FENCED_NODE);
        }
        if (view.standing() == Standing.MEMBER && view.role() == Role.PRIMARY && topology.primary() != node) {
            return "takes writes, and is not fenced: " + view;
        }
        if (view.standing() != Standing.MEMBER || view.role() != Role.STANDBY || !topology.hasPrimary()) {
            return null;
        }
        return checkStandby(view, asking, nodes.get(topology.primary()));
    }

    private @Nullable String checkStandby(NodeView view, Asking standby, Asking primary) {
        // Whatever was or will be written on the primary's history, as it was when it last answered.
        Content history = new Content(primary.content.branch(), Long.MAX_VALUE);
        for (Branch branch = history.branch(); branch != null; branch = branch.parent) {
            for (Commit commit : branch.commits) {
                String violation =
                        history.has(branch, commit) ? checkCommit(view, standby.content, branch, commit) : null;
                if (violation != null) {
                    return violation;
                }
            }
        }
        return checkLag(view, standby, primary);
    }

    private static @Nullable String checkCommit(NodeView view, Content has, Branch branch, Commit commit) {
        if (has.has(branch, commit)) {
            return null;
        }
        if (view.lag() != null && commit.time() - view.freshAt() < 0) {
            return "fresh as of %d, but lacks a commit of %d: %s".formatted(view.freshAt(), commit.time(), view);
        }
        Position position = view.position();
        return position != null && position.includes(new Position(branch.timeline, new Lsn(commit.lsn())))
                ? "lacks commit %s:%d: %s".formatted(branch.timeline, commit.lsn(), view)
                : null;
    }

    private @Nullable String checkLag(NodeView view, Asking standby, Asking primary) {
        if (view.lag() == null || standby.told == null || primary.told == null) {
            return null;
        }
        boolean hasAll = standby.told.timeline() == primary.told.timeline()
                && standby.told.lsn().includes(primary.told.lsn());
        evidence.add(hasAll ? Evidence.A_STANDBY_THAT_HAS_ALL : Evidence.A_STANDBY_THAT_LAGS);
        return hasAll == (view.lag().equals(Duration.ZERO) && view.lagBytes() == 0)
                ? null
                : "has all that was seen of the primary: %s, but: %s".formatted(hasAll, view);
    }
}

package dev.sluice.replica.selection;

import dev.sluice.RoutingSettings;
import dev.sluice.RoutingSettings.PrimaryReads;
import dev.sluice.RoutingSettings.WhenNone;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.RouteObserver.Reason;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.replica.selection.Choice.Go;
import dev.sluice.replica.topology.NodeView;
import dev.sluice.replica.topology.NodeView.Standing;
import dev.sluice.replica.topology.Topology;
import dev.sluice.replica.topology.TopologyMonitor;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the node of a read: by role, then health and lag, then the consistency that is asked for, and of what is left by the
 * power of two choices. Sets of nodes are bits of a {@code long}, because this is on the way of each read. Thread-safe.
 */
public final class Selector {

    /** How many nodes there may be. */
    public static final int MOST_NODES = 64;

    private final TopologyMonitor monitor;
    private final List<Candidate> candidates;
    private final RoutingSettings settings;
    private final LongSupplier nanoTime;
    private final TwoChoices choices;
    private volatile Members members;

    /** The replicas of a topology that may serve anything at all. */
    private record Members(Topology topology, long replicas) {}

    /**
     * Makes a selector.
     *
     * @param monitor what is known of the nodes
     * @param candidates what calls have shown of them, by their index
     * @param settings how calls are spread
     * @param nanoTime the clock of the candidates and of the monitor
     * @param random numbers from 0 up to 1
     */
    public Selector(
            TopologyMonitor monitor,
            List<Candidate> candidates,
            RoutingSettings settings,
            LongSupplier nanoTime,
            Random random) {
        this.monitor = monitor;
        this.candidates = List.copyOf(candidates);
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.choices = new TwoChoices(this.candidates, nanoTime, random);
        this.members = membersOf(monitor.current());
    }

    /** Draws lots. */
    @FunctionalInterface
    public interface Random {

        /** @return a number from 0 up to, but not including, 1 */
        double next();
    }

    /**
     * Chooses the node of a read.
     *
     * @param consistency how fresh it must be
     * @param session what it must see, if its consistency is that of a session
     * @param except a node that has just failed; -1 for none
     * @return where it goes
     */
    public Choice select(ReadConsistency consistency, SessionPosition session, int except) {
        if (consistency == ReadConsistency.primary()) {
            return primary(Reason.CONSISTENCY);
        }
        Members now = members();
        long replicas = now.replicas & ~bit(except);
        if (consistency instanceof ReadConsistency.Bounded bounded) {
            return balanced(now, fresh(now, replicas, bounded), replicas, except);
        }
        // In this order: what settles unknown writes has raised the position before.
        if (session.unknownWrites() > 0) {
            return primary(Reason.SESSION);
        }
        Position wanted = session.seen();
        if (wanted == null) {
            return balanced(now, replicas, replicas, except);
        }
        if (wanted.timeline() != now.topology.timeline()) {
            return primary(Reason.SESSION);
        }
        long reached = reached(replicas, wanted);
        return reached == 0 && replicas != 0 ? behind(replicas, wanted) : balanced(now, reached, replicas, except);
    }

    /**
     * The primary.
     *
     * @param reason why there
     * @return it, or that there is none that answers
     */
    public Choice primary(Reason reason) {
        Topology topology = monitor.current();
        return topology.primaryAnswers() ? new Go(topology.primary(), false, reason) : new Choice.NoPrimary(reason);
    }

    /**
     * What becomes of a read that waited for a replica in vain, or was not worth waiting.
     *
     * @param reason why no replica serves it
     * @return the primary, or that it may not
     */
    public Choice withoutReplica(Reason reason) {
        return settings.whenNone() == WhenNone.FAIL ? Choice.NoReplica.INSTANCE : primary(reason);
    }

    /** Tells whether a replica is behind by no more than is allowed, whoever asks. */
    public boolean isWithinLag(NodeView view) {
        return view.lag() != null
                && view.lag().compareTo(settings.maxLag()) <= 0
                && view.lagBytes() >= 0
                && view.lagBytes() <= settings.maxLagBytes();
    }

    // Each topology is another object, and its contents say nothing of who published it.
    @SuppressWarnings("ReferenceEquality")
    private Members members() {
        Members known = members;
        Topology now = monitor.current();
        if (known.topology != now) {
            known = membersOf(now);
            members = known;
        }
        return known;
    }

    private Members membersOf(Topology topology) {
        long replicas = 0;
        for (int i = 0; i < topology.nodes().size(); i++) {
            NodeView view = topology.nodes().get(i);
            if (view.role() == Role.STANDBY
                    && view.standing() == Standing.MEMBER
                    && view.position() != null
                    && isWithinLag(view)) {
                replicas |= bit(i);
            }
        }
        return new Members(topology, replicas);
    }

    private long fresh(Members now, long replicas, ReadConsistency.Bounded bounded) {
        long fresh = 0;
        long time = nanoTime.getAsLong();
        for (long left = replicas; left != 0; left &= left - 1) {
            int node = Long.numberOfTrailingZeros(left);
            if (now.topology.nodes().get(node).isFreshWithin(bounded.staleness(), time)) {
                fresh |= bit(node);
            }
        }
        return fresh;
    }

    private long reached(long replicas, Position wanted) {
        long reached = 0;
        for (long left = replicas; left != 0; left &= left - 1) {
            int node = Long.numberOfTrailingZeros(left);
            Position position = monitor.position(node);
            if (position != null && position.includes(wanted)) {
                reached |= bit(node);
            }
        }
        return reached;
    }

    private Choice balanced(Members now, long allowed, long replicas, int except) {
        Topology topology = now.topology;
        boolean shares = settings.primaryReads() == PrimaryReads.SHARE
                && topology.primaryAnswers()
                && topology.primary() != except;
        int chosen = choices.among(shares ? allowed | bit(topology.primary()) : allowed);
        if (chosen >= 0) {
            return new Go(chosen, chosen != topology.primary(), Reason.BALANCED);
        }
        Choice without = withoutReplica(replicas == 0 ? Reason.NO_REPLICA : Reason.BEHIND);
        if (allowed == 0 || without instanceof Go) {
            return without;
        }
        // All are banned, and nobody else is there: a ban never takes the last one.
        return new Go(choices.anyOf(allowed), true, Reason.BALANCED);
    }

    private Choice behind(long replicas, Position wanted) {
        Choice instead = settings.primaryReads() == PrimaryReads.SHARE
                ? primary(Reason.BALANCED)
                : withoutReplica(Reason.BEHIND);
        if (settings.catchUpWait().isZero() || settings.primaryReads() == PrimaryReads.SHARE) {
            return instead;
        }
        int nearest = nearest(replicas, wanted);
        return nearest < 0 ? instead : new Choice.CatchUp(nearest, wanted);
    }

    private int nearest(long replicas, Position wanted) {
        long now = nanoTime.getAsLong();
        int nearest = -1;
        @Nullable Position farthest = null;
        for (long left = replicas; left != 0; left &= left - 1) {
            int node = Long.numberOfTrailingZeros(left);
            Position position = monitor.position(node);
            if (position != null
                    && isNear(position, wanted)
                    && candidates.get(node).isWorthWaitingFor(now)
                    && (farthest == null || position.compareTo(farthest) > 0)) {
                nearest = node;
                farthest = position;
            }
        }
        return nearest;
    }

    // One that would lag by more than is allowed does not catch up in a moment. Nor does any with a position that is of
    // no history: a restored backup leaves such.
    private boolean isNear(Position position, Position wanted) {
        return position.timeline() == wanted.timeline()
                && Long.compareUnsigned(wanted.lsn().value() - position.lsn().value(), settings.maxLagBytes()) <= 0;
    }

    private static long bit(int node) {
        return node < 0 ? 0 : 1L << node;
    }
}

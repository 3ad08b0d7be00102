package dev.sluice.replica.topology;

import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.r2dbc.session.TransactionSnapshot;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** One {@link ProbeLoop} for each node; what they find goes, one after the other, through {@link ClusterState}. */
final class DefaultTopologyMonitor implements TopologyMonitor {

    /** Makes the probe of a node. */
    @FunctionalInterface
    interface Probes {

        Probe of(MonitoredNode node, Consumer<Throwable> lost);
    }

    private static final Logger LOG = LoggerFactory.getLogger(TopologyMonitor.class);

    // Trouble that follows trouble needs no other answer than that nodes are asked often.
    private static final long SAME_TROUBLE_NANOS = 5_000_000;

    static final Duration LONGEST_LOGIN = Duration.ofSeconds(5);

    private static final Duration SHORTEST_BOUND = Duration.ofSeconds(1);

    private final LongSupplier clock;
    private final Pace pace;
    private final List<Found> nodes = new ArrayList<>();
    private final TopologyBoard board;
    private final Visibility visibility;
    private final Queue<Change> changes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unapplied = new AtomicInteger();
    private final AtomicBoolean hidden = new AtomicBoolean();
    private final AtomicBoolean started = new AtomicBoolean();
    private final Sinks.Empty<Void> firstRound = Sinks.empty();
    private volatile long lastTrouble;
    private volatile OptionalLong systemIdentifier = OptionalLong.empty();
    // Changed by whoever applies changes; the counter orders them.
    private ClusterState state;

    DefaultTopologyMonitor(
            List<MonitoredNode> targets, Duration interval, Probes probes, Scheduler scheduler, LongSupplier clock) {
        long now = clock.getAsLong();
        this.clock = clock;
        this.pace = new Pace(interval, now);
        this.state =
                ClusterState.unasked(targets.stream().map(MonitoredNode::name).toList());
        this.board = new TopologyBoard(TopologyView.of(state, now), scheduler);
        this.visibility = new Visibility(new Asked(), scheduler, clock);
        this.lastTrouble = now - SAME_TROUBLE_NANOS;
        for (int node = 0; node < targets.size(); node++) {
            nodes.add(new Found(node, targets.get(node), probes, scheduler));
        }
    }

    static Duration longestAnswer(Duration interval) {
        Duration three = interval.multipliedBy(3);
        return three.compareTo(SHORTEST_BOUND) > 0 ? three : SHORTEST_BOUND;
    }

    @Override
    public Topology current() {
        return board.current();
    }

    @Override
    public OptionalLong systemIdentifier() {
        return systemIdentifier;
    }

    @Override
    public Mono<Void> start() {
        return Mono.defer(() -> {
            if (started.compareAndSet(false, true)) {
                nodes.forEach(node -> node.loop.start());
            }
            return firstRound.asMono();
        });
    }

    @Override
    public Mono<Topology> await(Predicate<Topology> wanted, Duration most) {
        return board.await(wanted, most);
    }

    @Override
    public void listen(Consumer<Topology> listener) {
        board.listen(listener);
    }

    @Override
    public @Nullable Position position(int node) {
        return nodes.get(node).mark.get();
    }

    @Override
    public void seen(int node, Position position) {
        nodes.get(node).mark.raise(position);
    }

    @Override
    public void trouble(int node, Throwable error) {
        if (isOfConnection(error)) {
            nodes.get(node).mark.forget();
        }
        long now = clock.getAsLong();
        if (now - lastTrouble >= SAME_TROUBLE_NANOS) {
            lastTrouble = now;
            pace.hurry(now);
            nodes.forEach(each -> each.loop.hurry());
        }
    }

    private static boolean isOfConnection(Throwable error) {
        String code = error instanceof R2dbcException known ? known.getSqlState() : null;
        return code == null || code.startsWith("08") || code.startsWith("57P");
    }

    @Override
    public Mono<Boolean> awaitPosition(int node, Position wanted, Duration most) {
        Found found = nodes.get(node);
        return found.mark.await(wanted, most, found.loop::poll);
    }

    @Override
    public boolean isShown(int timeline, long horizon) {
        return visibility.isShown(timeline, horizon);
    }

    @Override
    public void shown(int timeline, TransactionSnapshot shown) {
        visibility.shown(new PrimarySnapshot(timeline, shown));
    }

    @Override
    public Mono<Boolean> awaitShown(Position seen, long horizon, Duration most) {
        return visibility.await(seen, horizon, most);
    }

    @Override
    public Mono<Void> close() {
        return Flux.fromIterable(nodes).flatMap(node -> node.loop.close()).then(Mono.fromRunnable(() -> {
            nodes.forEach(node -> node.mark.close());
            board.close();
            firstRound.tryEmitEmpty();
        }));
    }

    // One thread at a time applies changes, and publishes what comes of each, in order; others only leave theirs.
    private void apply(Change change) {
        changes.add(change);
        if (unapplied.getAndIncrement() > 0) {
            return;
        }
        do {
            Change next = changes.poll();
            if (next != null) {
                apply(next.to(state), next.node());
            }
        } while (unapplied.decrementAndGet() > 0);
    }

    private void apply(ClusterState next, int changed) {
        state = next;
        Long decided = next.identity().systemIdentifier();
        if (decided != null && systemIdentifier.isEmpty()) {
            systemIdentifier = OptionalLong.of(decided);
        }
        for (Found node : nodes) {
            node.mark(next.nodes().get(node.index), node.index == changed);
        }
        publish(TopologyView.of(next, clock.getAsLong()));
        if (next.nodes().stream().allMatch(NodeState::wasAsked)) {
            firstRound.tryEmitEmpty();
        }
    }

    private void publish(Topology topology) {
        TopologyChange change = new TopologyChange(board.current(), topology);
        change.log();
        if (change.isTrouble()) {
            pace.hurry(clock.getAsLong());
        }
        board.publish(topology);
    }

    private record Change(int node, UnaryOperator<ClusterState> what) {

        private ClusterState to(ClusterState before) {
            return what.apply(before);
        }
    }

    /** The nodes, for those who ask besides the loops. */
    private final class Asked implements Visibility.Nodes {

        @Override
        public Topology topology() {
            return current();
        }

        @Override
        public @Nullable Position position(int node) {
            return nodes.get(node).mark.get();
        }

        @Override
        public Probe probe(int node) {
            return nodes.get(node).probe;
        }
    }

    /** What is found of one node. */
    private final class Found implements ProbeLoop.Listener {

        private final int index;
        private final String role;
        private final PositionMark mark;
        private final Probe probe;
        private final ProbeLoop loop;

        private Found(int index, MonitoredNode target, Probes probes, Scheduler scheduler) {
            this.index = index;
            this.role = target.login().username();
            this.mark = new PositionMark(scheduler);
            this.probe = probes.of(target, this::lost);
            this.loop = new ProbeLoop(probe, pace, this, scheduler, clock);
        }

        // What a probe has found counts until there is trouble; then the next answer does.
        private void mark(NodeState found, boolean isNew) {
            Position position = found.answers() ? found.position() : null;
            if (position == null) {
                mark.forget();
            } else if (isNew) {
                mark.found(position);
            }
        }

        @Override
        public void answered(NodeAnswer answer, long asked) {
            if (answer.receiverHidden() && hidden.compareAndSet(false, true)) {
                LOG.warn(
                        "role '{}' may not see what standbys receive, so that after a promotion they serve nothing until"
                                + " their next restart point: GRANT pg_monitor TO {}",
                        role,
                        role);
            }
            long now = clock.getAsLong();
            apply(new Change(index, before -> before.answered(index, answer, asked, now)));
        }

        @Override
        public void positioned(Lsn lsn) {
            mark.raise(lsn);
        }

        @Override
        public void failed(Throwable error) {
            mark.forget();
            long now = clock.getAsLong();
            String why = Failures.describe(error, role);
            apply(new Change(index, before -> before.failed(index, why, now)));
        }

        private void lost(Throwable error) {
            loop.lost(error);
        }

        @Override
        public boolean isAwaited() {
            return mark.isAwaited();
        }
    }
}

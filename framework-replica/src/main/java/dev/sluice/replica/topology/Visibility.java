package dev.sluice.replica.topology;

import dev.sluice.consistency.Position;
import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.r2dbc.session.TransactionSnapshot;
import dev.sluice.replica.topology.NodeView.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Whether the primary shows what standbys show. PostgreSQL writes and sends a commit before its primary lets it be seen: the
 * process that commits may have lost its processor, or wait for synchronous standbys. What runs on the primary below a
 * standby's horizon is therefore either such a commit or a transaction that runs on and on; standbys can tell which, by its name.
 * Thread-safe.
 */
final class Visibility {

    static final int MOST_WAITERS = 1024;
    private static final int MOST_NAMED = 1_000;
    private static final Duration POLL = Duration.ofMillis(2);
    private static final long IN_VAIN_NANOS = Duration.ofMillis(200).toNanos();
    private static final long NO_WAITING_NANOS = Duration.ofSeconds(1).toNanos();

    private final Nodes nodes;
    private final Scheduler scheduler;
    private final LongSupplier clock;
    private final AtomicReference<@Nullable PrimarySnapshot> known = new AtomicReference<>();
    private final AtomicReference<@Nullable Mono<PrimarySnapshot>> question = new AtomicReference<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile Stuck stuck;

    /** What was waited for in vain, and for how long nobody does so again. */
    private record Stuck(Set<Long> transactions, long until) {}

    /** What is asked. */
    interface Nodes {

        Topology topology();

        @Nullable
        Position position(int node);

        Probe probe(int node);
    }

    Visibility(Nodes nodes, Scheduler scheduler, LongSupplier clock) {
        this.nodes = nodes;
        this.scheduler = scheduler;
        this.clock = clock;
        this.stuck = new Stuck(Set.of(), clock.getAsLong());
    }

    /** See {@link TopologyMonitor#isShown}. */
    boolean isShown(int timeline, long horizon) {
        PrimarySnapshot last = known.get();
        return last != null && last.timeline() == timeline && last.shown().xmin() >= horizon;
    }

    /** See {@link TopologyMonitor#shown}. */
    void shown(PrimarySnapshot snapshot) {
        PrimarySnapshot last = known.get();
        if (last == null || isNewer(snapshot, last)) {
            // Whoever was faster knows as much, or nearly.
            known.compareAndSet(last, snapshot);
        }
    }

    private static boolean isNewer(PrimarySnapshot one, PrimarySnapshot other) {
        return one.timeline() != other.timeline()
                ? one.timeline() > other.timeline()
                : one.shown().xmin() > other.shown().xmin();
    }

    /** See {@link TopologyMonitor#awaitShown}. */
    Mono<Boolean> await(Position seen, long horizon, Duration most) {
        return Mono.defer(() -> {
            if (isShown(seen.timeline(), horizon)) {
                return Mono.just(true);
            }
            if (waiting.incrementAndGet() > MOST_WAITERS) {
                waiting.decrementAndGet();
                return Mono.just(false);
            }
            return look(seen, horizon)
                    .timeout(most, Mono.just(false), scheduler)
                    .onErrorReturn(false)
                    .doFinally(end -> waiting.decrementAndGet());
        });
    }

    private Mono<Boolean> look(Position seen, long horizon) {
        return ask().flatMap(primary -> {
            TransactionSnapshot shown = primary.shown();
            long hidden = shown.countHidden(horizon);
            if (primary.timeline() != seen.timeline() || hidden == 0) {
                return Mono.just(true);
            }
            return hidden > MOST_NAMED
                    ? until(now -> now.countHidden(horizon) == 0)
                    : told(seen, shown.hidden(horizon)).flatMap(this::awaitShown);
        });
    }

    private Mono<Boolean> awaitShown(List<Long> committed) {
        if (committed.isEmpty()) {
            return Mono.just(true);
        }
        long begun = clock.getAsLong();
        Stuck known = stuck;
        List<Long> worthIt = begun - known.until < 0
                ? committed.stream()
                        .filter(transaction -> !known.transactions.contains(transaction))
                        .toList()
                : committed;
        return worthIt.isEmpty()
                ? Mono.just(false)
                : until(now -> now.shows(worthIt))
                        .thenReturn(worthIt.size() == committed.size())
                        .doOnCancel(() -> giveUp(committed, begun));
    }

    // Who had no time for it has not waited in vain.
    private void giveUp(List<Long> committed, long begun) {
        long now = clock.getAsLong();
        if (now - begun >= IN_VAIN_NANOS) {
            stuck = new Stuck(Set.copyOf(committed), now + NO_WAITING_NANOS);
        }
    }

    private Mono<Boolean> until(Predicate<TransactionSnapshot> wanted) {
        return ask().filter(primary -> wanted.test(primary.shown()))
                .repeatWhenEmpty(Integer.MAX_VALUE, times -> times.delayElements(POLL, scheduler))
                .thenReturn(true);
    }

    /** The primary's snapshot, asked for once for all who want it meanwhile. */
    private Mono<PrimarySnapshot> ask() {
        return Mono.defer(() -> {
            Mono<PrimarySnapshot> asked = question.get();
            if (asked == null) {
                Mono<PrimarySnapshot> mine = primary()
                        .snapshot()
                        .doOnNext(this::shown)
                        .doFinally(end -> question.set(null))
                        .cache();
                asked = question.compareAndSet(null, mine) ? mine : question.get();
            }
            return asked == null ? ask() : asked;
        });
    }

    private Probe primary() {
        Topology topology = nodes.topology();
        if (!topology.hasPrimary()) {
            throw new IllegalStateException("no primary");
        }
        return nodes.probe(topology.primary());
    }

    /** What a standby answered, and whether it shows all that was seen. */
    private record Told(List<Long> committed, boolean hasAll) {}

    /**
     * Which of some transactions were seen to have committed, at most. A standby that has reached what was seen knows; so do all
     * standbys together, since one of them has shown it.
     */
    private Mono<List<Long>> told(Position seen, List<Long> hidden) {
        List<NodeView> views = nodes.topology().nodes();
        List<Integer> standbys = IntStream.range(0, views.size())
                .filter(node -> isStandby(views.get(node)))
                .boxed()
                .toList();
        long silent = views.stream()
                .filter(view -> view.standing() == Standing.SILENT)
                .count();
        return Flux.fromIterable(standbys)
                .flatMap(node -> told(node, seen, hidden))
                .takeUntil(Told::hasAll)
                .collectList()
                .map(all -> {
                    boolean certain =
                            all.stream().anyMatch(Told::hasAll) || silent == 0 && all.size() == standbys.size();
                    return certain
                            ? all.stream()
                                    .flatMap(one -> one.committed.stream())
                                    .toList()
                            : hidden;
                });
    }

    private Mono<Told> told(int node, Position seen, List<Long> hidden) {
        Position position = nodes.position(node);
        boolean hasAll = position != null && position.includes(seen);
        return nodes.probe(node)
                .committed(hidden)
                .map(committed -> new Told(committed, hasAll))
                // Who does not answer counts as silent: then everything that runs is waited for.
                .onErrorComplete();
    }

    private static boolean isStandby(NodeView view) {
        return view.role() == Role.STANDBY && view.standing() == Standing.MEMBER;
    }
}

package dev.sluice.replica;

import dev.sluice.access.DeadlineExceededException;
import dev.sluice.consistency.NoPrimaryException;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.replica.topology.NodeView;
import dev.sluice.replica.topology.NodeView.Standing;
import dev.sluice.replica.topology.Topology;
import dev.sluice.replica.topology.TopologyMonitor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Lets calls wait for a primary: so many, so long, and not while it cannot be told which of two it is. */
final class Failover {

    /** Each try adds to the subscriber's stack: the pause between two bounds them in time, this in depth. */
    private static final int MOST_TRIES = 64;

    private final TopologyMonitor monitor;
    private final int mostWaiting;
    private final Duration longest;
    private final Duration pause;
    private final LongSupplier nanoTime;
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * @param monitor knows who the primary is
     * @param mostWaiting how many calls may wait
     * @param longest how long each may wait, all its waits together
     * @param pause how long it waits for another primary before it tries the same one again
     * @param nanoTime the clock
     */
    Failover(TopologyMonitor monitor, int mostWaiting, Duration longest, Duration pause, LongSupplier nanoTime) {
        this.monitor = monitor;
        this.mostWaiting = mostWaiting;
        this.longest = longest;
        this.pause = pause;
        this.nanoTime = nanoTime;
    }

    /** @return one call's patience, which begins now */
    Patience begin(LeaseRequest request) {
        return new Patience(request, nanoTime.getAsLong());
    }

    /** Tells the monitor of a node that failed a call. */
    void trouble(int node, Throwable error) {
        monitor.trouble(node, error);
    }

    /** @return the calls that wait now */
    int waiting() {
        return waiting.get();
    }

    private static boolean isUndecided(Topology topology) {
        return !topology.hasPrimary()
                && topology.nodes().stream()
                                .map(NodeView::standing)
                                .filter(Standing.FENCED::equals)
                                .count()
                        > 1;
    }

    private static boolean isDecided(Topology topology) {
        return topology.primaryAnswers() || isUndecided(topology);
    }

    private String problem() {
        String problem = monitor.current().problem();
        return problem == null ? "the primary answers the monitor" : problem;
    }

    /** What one call has met so far. One thread at a time. */
    final class Patience {

        private final LeaseRequest request;
        private final long since;
        private int failed = -1;
        private int refusals;
        private int tries;
        private @Nullable Throwable cause;

        private Patience(LeaseRequest request, long since) {
            this.request = request;
            this.since = since;
        }

        /** Remembers on which node the last try failed, and tells the monitor. */
        Patience failedOn(int node, Throwable error) {
            refusals = node == failed && Failures.isRefusedBegin(error) ? refusals + 1 : 0;
            failed = node;
            cause = error;
            monitor.trouble(node, error);
            return this;
        }

        /** @return whether a node that was asked again says still that it takes no writes: then it is meant to be so */
        boolean isRefusedForGood() {
            return refusals > 1;
        }

        /** @return the index of the primary, once there is one that answers; an error when the patience is over */
        Mono<Integer> primary() {
            return Mono.defer(this::await);
        }

        private Mono<Integer> await() {
            Topology now = monitor.current();
            if (isUndecided(now)) {
                return Mono.error(undecided());
            }
            Duration left = left();
            if (left.isZero() || ++tries > MOST_TRIES) {
                return Mono.error(tooLate());
            }
            int others = waiting.getAndIncrement();
            if (others >= mostWaiting) {
                waiting.decrementAndGet();
                return Mono.error(NoPrimaryException.crowded(request.operation(), others, mostWaiting, problem()));
            }
            return found(left)
                    .doFinally(end -> waiting.decrementAndGet())
                    .flatMap(topology ->
                            topology.primaryAnswers() ? Mono.just(topology.primary()) : Mono.error(undecided()));
        }

        private Mono<Topology> found(Duration left) {
            int last = failed;
            Mono<Topology> any = Mono.defer(() -> monitor.await(Failover::isDecided, left()));
            Mono<Topology> found = last < 0
                    ? any
                    : monitor.await(now -> isDecided(now) && now.primary() != last, shorter(pause, left))
                            .switchIfEmpty(any);
            return found.switchIfEmpty(Mono.error(this::tooLate));
        }

        private Duration left() {
            Duration mine = longest.minusNanos(nanoTime.getAsLong() - since);
            Duration left = shorter(mine, request.admission().deadline().remaining());
            return left.isNegative() ? Duration.ZERO : left;
        }

        private Throwable undecided() {
            return NoPrimaryException.undecided(request.operation(), problem());
        }

        private Throwable tooLate() {
            Duration waited = Duration.ofNanos(nanoTime.getAsLong() - since);
            if (request.admission().deadline().hasPassed()) {
                Throwable late = new DeadlineExceededException(request.operation(), "waiting for a primary", waited);
                if (cause != null) {
                    late.addSuppressed(cause);
                }
                return late;
            }
            return NoPrimaryException.after(request.operation(), waited, problem(), cause);
        }

        private static Duration shorter(Duration one, Duration other) {
            return one.compareTo(other) <= 0 ? one : other;
        }
    }
}

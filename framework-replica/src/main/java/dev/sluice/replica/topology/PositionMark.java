package dev.sluice.replica.topology;

import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** The greatest position that was seen of a node in one life of its server, and who waits for a greater one. Thread-safe. */
final class PositionMark {

    static final int MOST_WAITERS = 1024;

    private final Scheduler scheduler;
    private final AtomicReference<@Nullable Position> greatest = new AtomicReference<>();
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private final AtomicInteger waiting = new AtomicInteger();

    PositionMark(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Nullable
    Position get() {
        return greatest.get();
    }

    /** Begins anew: nothing is known until a probe says so. */
    void forget() {
        greatest.set(null);
    }

    /** What a probe has found; the only way on from {@link #forget}. */
    void found(Position position) {
        if (greatest.compareAndSet(null, position)) {
            wake();
        } else {
            raise(position);
        }
    }

    /** What anybody has found. */
    void raise(Position position) {
        Position known = greatest.get();
        while (known != null && position.compareTo(known) > 0) {
            if (greatest.compareAndSet(known, position)) {
                wake();
                return;
            }
            known = greatest.get();
        }
    }

    /** The same, on the timeline that is known. */
    void raise(Lsn lsn) {
        Position known = greatest.get();
        if (known != null && lsn.compareTo(known.lsn()) > 0) {
            raise(new Position(known.timeline(), lsn));
        }
    }

    /** Whether somebody waits for what can be asked for: on which timeline the node is must be known. */
    boolean isAwaited() {
        return !waiters.isEmpty() && greatest.get() != null;
    }

    /**
     * Waits.
     *
     * @param wanted the position
     * @param most the longest wait
     * @param joined run when there is one more who waits
     * @return whether it was reached
     */
    Mono<Boolean> await(Position wanted, Duration most, Runnable joined) {
        return Mono.defer(() -> {
            Boolean known = verdict(wanted);
            if (known != null || most.isZero()) {
                return Mono.just(Boolean.TRUE.equals(known));
            }
            if (waiting.incrementAndGet() > MOST_WAITERS) {
                waiting.decrementAndGet();
                return Mono.just(false);
            }
            return join(new Waiter(wanted), most, joined);
        });
    }

    // A waiter is among the others before it looks at the mark again, and the mark is raised before they are looked at:
    // one of them sees the other.
    private Mono<Boolean> join(Waiter waiter, Duration most, Runnable joined) {
        waiters.add(waiter);
        look(waiter);
        joined.run();
        return waiter.verdict
                .asMono()
                .publishOn(scheduler)
                .timeout(most, Mono.just(false), scheduler)
                .doFinally(end -> leave(waiter));
    }

    private void leave(Waiter waiter) {
        waiters.remove(waiter);
        waiting.decrementAndGet();
    }

    private void wake() {
        waiters.forEach(this::look);
    }

    private void look(Waiter waiter) {
        Boolean known = verdict(waiter.wanted);
        if (known != null) {
            waiter.verdict.tryEmitValue(known);
        }
    }

    private @Nullable Boolean verdict(Position wanted) {
        Position known = greatest.get();
        if (known == null || known.timeline() < wanted.timeline()) {
            return null;
        }
        if (known.timeline() > wanted.timeline()) {
            return false;
        }
        return known.includes(wanted) ? true : null;
    }

    /** Nobody waits any more. */
    void close() {
        waiters.forEach(waiter -> waiter.verdict.tryEmitValue(false));
    }

    // Not a record: each is one of its own.
    private static final class Waiter {

        private final Position wanted;
        private final Sinks.One<Boolean> verdict = Sinks.one();

        private Waiter(Position wanted) {
            this.wanted = wanted;
        }
    }
}

package dev.sluice.r2dbc.transaction;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;

/**
 * Lets one after another through, in the order they came. A turn ends exactly once, whether it was granted, is running or
 * still waits, so that a cancel that races a grant passes the turn on. Thread-safe, bounded, never blocks.
 */
final class Turns {

    private static final int WAITING = 0;
    private static final int GRANTED = 1;
    private static final int ENDED = 2;

    private final int maxWaiting;
    private final Mono<Void> over;
    private final Queue<Turn> waiting = new ArrayDeque<>();
    private final AtomicInteger drains = new AtomicInteger();
    private boolean taken;

    /**
     * @param maxWaiting the most that wait
     * @param over completes when nobody needs to wait any more, because whoever gets through then is refused
     */
    Turns(int maxWaiting, Mono<Void> over) {
        this.maxWaiting = maxWaiting;
        this.over = over;
    }

    /**
     * Runs work in a turn of its own.
     *
     * @param work what to run
     * @param afterCancel what must have completed before the turn of work that was cancelled while it ran ends; of
     *     bounded length
     * @return the work's result; its turn ends after that was emitted
     */
    <T> Mono<T> inTurn(Supplier<? extends Mono<T>> work, Supplier<Mono<Void>> afterCancel) {
        return Mono.defer(() -> {
            Turn turn = take();
            AtomicBoolean claimed = new AtomicBoolean();
            Mono<T> run = Mono.defer(
                    () -> claimed.compareAndSet(false, true) ? running(turn, work, afterCancel) : Mono.empty());
            return turn.granted().then(run).doOnCancel(() -> {
                if (claimed.compareAndSet(false, true)) {
                    turn.end();
                }
            });
        });
    }

    // Ends the turn once the result was emitted, so that who is done can cancel those who wait before they run. It does
    // not wait for demand: then() keeps a result that nobody has asked for yet, and others may run meanwhile.
    private static <T> Mono<T> running(Turn turn, Supplier<? extends Mono<T>> work, Supplier<Mono<Void>> afterCancel) {
        AtomicBoolean answered = new AtomicBoolean();
        return Mono.<T>defer(work).doOnTerminate(() -> answered.set(true)).doFinally(signal -> {
            if (signal == SignalType.CANCEL && !answered.get()) {
                Background.run("end of a cancelled call", afterCancel.get().doFinally(end -> turn.end()));
            } else {
                turn.end();
            }
        });
    }

    /**
     * Takes the next turn, to be ended by the caller.
     *
     * @throws IllegalStateException if too many wait already
     */
    Turn take() {
        Turn turn = new Turn();
        synchronized (waiting) {
            if (waiting.size() >= maxWaiting) {
                throw new IllegalStateException(
                        "%d calls wait for the one connection of their transaction (limit %d); subscribe to fewer at once, as with concatMap"
                                .formatted(waiting.size(), maxWaiting));
            }
            waiting.add(turn);
        }
        drain();
        return turn;
    }

    // A grant runs the next call on this thread, which may end its turn before it returns: loop, don't recurse.
    private void drain() {
        if (drains.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            Turn next = next();
            if (next != null) {
                next.sink.tryEmitEmpty();
                continue;
            }
            missed = drains.addAndGet(-missed);
        } while (missed != 0);
    }

    private @Nullable Turn next() {
        synchronized (waiting) {
            while (!taken) {
                Turn next = waiting.poll();
                if (next == null) {
                    return null;
                }
                taken = next.state.compareAndSet(WAITING, GRANTED);
                if (taken) {
                    return next;
                }
            }
            return null;
        }
    }

    /** The right to use what is shared, or a place in the queue for it. */
    final class Turn {

        private final AtomicInteger state = new AtomicInteger(WAITING);
        private final Sinks.Empty<Void> sink = Sinks.empty();

        /** @return completes when it is granted, or when all is over: who has the turn may never end it */
        Mono<Void> granted() {
            return Mono.firstWithSignal(sink.asMono(), over);
        }

        /** Gives it up. Only the first call counts. */
        void end() {
            int before = state.getAndSet(ENDED);
            if (before == GRANTED) {
                synchronized (waiting) {
                    taken = false;
                }
                drain();
            } else if (before == WAITING) {
                synchronized (waiting) {
                    waiting.remove(this);
                }
            }
        }
    }
}

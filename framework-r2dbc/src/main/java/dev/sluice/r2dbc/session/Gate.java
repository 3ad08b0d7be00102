package dev.sluice.r2dbc.session;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * Keeps a session from being used once it was given back. A call that was let in has started on the session, which is busy
 * from then on, before the gate closes: so a thread that was stopped between its last check and its statement cannot send
 * that statement into the next holder's transaction. Thread-safe; never blocks.
 */
public final class Gate {

    private static final int CLOSED = Integer.MIN_VALUE;

    // How many are starting now, and CLOSED.
    private final AtomicInteger state = new AtomicInteger();
    private final Sinks.Empty<Void> closed = Sinks.empty();

    /**
     * Lets a call start, or not.
     *
     * @param call starts when it is subscribed to, with demand
     * @param refusal the error of a call that came too late
     */
    public <T> Mono<T> guard(Mono<T> call, Supplier<? extends RuntimeException> refusal) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                if (!enter()) {
                    Operators.error(actual, refusal.get());
                    return;
                }
                try {
                    call.subscribe(actual);
                } finally {
                    exit();
                }
            }
        };
    }

    /** @return completes when no call is starting and none will; the same for each caller */
    public Mono<Void> close() {
        return Mono.defer(() -> {
            signalIf(state.updateAndGet(now -> now | CLOSED));
            return closed.asMono();
        });
    }

    /** Keeps the gate open until something is over, and does nothing once it is closed. */
    public Mono<Void> whileOpen(Mono<Void> work) {
        return Mono.defer(() -> enter() ? work.doFinally(signal -> exit()) : Mono.empty());
    }

    private boolean enter() {
        return state.getAndUpdate(now -> now < 0 ? now : now + 1) >= 0;
    }

    private void exit() {
        signalIf(state.decrementAndGet());
    }

    private void signalIf(int now) {
        if (now == CLOSED) {
            closed.tryEmitEmpty();
        }
    }
}

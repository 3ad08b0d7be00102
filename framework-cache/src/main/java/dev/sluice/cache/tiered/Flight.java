package dev.sluice.cache.tiered;

import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One read on its way, for all who want the same. It belongs to none of them: whoever leaves leaves the others waiting, and it goes on,
 * bounded by a time of its own.
 *
 * @param <T> the type of the answer
 */
final class Flight<T> {

    private final String variant;
    private final Wanted first;
    private final long since = System.nanoTime();
    private final Sinks.One<Answer<T>> answer = Sinks.one();
    private final AtomicBoolean started = new AtomicBoolean();

    Flight(String variant, Wanted first) {
        this.variant = variant;
        this.first = first;
    }

    boolean serves(String wantedVariant, Wanted wanted) {
        return variant.equals(wantedVariant) && wanted.isServedWith(first, since, System.nanoTime());
    }

    /** Starts it, if it is not started. */
    void start(Mono<Answer<T>> work, Runnable landed) {
        if (started.compareAndSet(false, true)) {
            // Before the answer is told: who asks after that asks anew.
            work.doOnTerminate(landed)
                    .subscribe(found -> answer.tryEmitValue(found).orThrow(), error -> answer.tryEmitError(error)
                            .orThrow());
        }
    }

    Mono<Answer<T>> answer() {
        return answer.asMono();
    }
}

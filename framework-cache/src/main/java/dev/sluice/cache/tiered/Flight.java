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
    private final Mono<Answer<T>> work;
    private final long since = System.nanoTime();
    private final Sinks.One<Answer<T>> answer = Sinks.one();
    private final AtomicBoolean started = new AtomicBoolean();

    Flight(String variant, Wanted first, Mono<Answer<T>> work) {
        this.variant = variant;
        this.first = first;
        this.work = work;
    }

    /** @return whether a caller may join who accepts only what was begun since an instant */
    boolean serves(String wantedVariant, Wanted wanted, long notBefore) {
        return variant.equals(wantedVariant)
                && since - notBefore >= 0
                && wanted.isServedWith(first, since, System.nanoTime());
    }

    long since() {
        return since;
    }

    /** Starts it, if it is not started. */
    void start(Runnable landed) {
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

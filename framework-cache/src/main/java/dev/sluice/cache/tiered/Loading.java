package dev.sluice.cache.tiered;

import dev.sluice.access.Deadline;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.cache.CacheObserver;
import dev.sluice.consistency.SessionPosition;
import java.time.Duration;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Reads of the database for one request, each bounded and observed.
 *
 * @param name of the region
 * @param request the request
 * @param most how long one may take
 * @param observer is told how long each took
 * @param <T> the type of the answer
 */
record Loading<T>(String name, Request<T> request, Duration most, CacheObserver observer) {

    /**
     * Reads the primary, as whoever waits.
     *
     * @param settled whether no writer was known to be about to commit a change when it began
     */
    Mono<Answer<T>> fromPrimary(boolean settled) {
        SessionPosition learns = SessionPosition.none();
        return fromPrimary(learns, request.ofPrimary(learns, Deadline.after(most)), settled);
    }

    /** Reads the primary in the background. */
    Mono<Answer<T>> inBackground() {
        SessionPosition learns = SessionPosition.none();
        return fromPrimary(learns, request.inBackground(learns, Deadline.after(most)), false);
    }

    private Mono<Answer<T>> fromPrimary(SessionPosition learns, Context context, boolean settled) {
        return timed(request.loader()::fromPrimary)
                .map(found -> new Answer<>(found.value(), learns.seen(), settled))
                .contextWrite(outer -> context);
    }

    /** Reads whichever node the call may read, by its deadline: the answer is not kept, so nobody needs it later. */
    Mono<Answer<T>> routed() {
        SessionPosition session = request.access().session();
        SessionPosition learns = session == null ? null : session.copy();
        return timed(request.loader()::asRouted)
                .map(found -> new Answer<>(found.value(), learns == null ? null : learns.seen(), false))
                .contextWrite(outer -> request.routed(learns, deadline()));
    }

    private Deadline deadline() {
        Deadline own = Deadline.after(most);
        Deadline callers = request.access().deadline();
        return callers == null ? own : own.earlier(callers);
    }

    private Mono<Answer<T>> timed(Supplier<Mono<T>> read) {
        return Mono.defer(() -> {
            long began = System.nanoTime();
            return Mono.defer(read)
                    .map(value -> new Answer<T>(value, null, false))
                    .defaultIfEmpty(new Answer<>(null, null, false))
                    .timeout(most, Mono.error(() -> new DeadlineExceededException(name, "loading", most)))
                    .doOnSuccess(answer -> observer.loaded(name, System.nanoTime() - began, false))
                    .doOnError(error -> observer.loaded(name, System.nanoTime() - began, true));
        });
    }
}

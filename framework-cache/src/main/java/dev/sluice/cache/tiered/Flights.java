package dev.sluice.cache.tiered;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** The reads on their way: at most one per key that new callers may join. Thread-safe. */
final class Flights {

    private static final long LONG_AGO = TimeUnit.DAYS.toNanos(1);

    private final ConcurrentMap<String, Flight<?>> joinable = new ConcurrentHashMap<>();
    private final AtomicInteger running = new AtomicInteger();

    /**
     * Joins the read of a key, or begins one. What was begun before a session's call can have missed a commit that the session has
     * seen, if its writer was not done: then the session joins, or begins, another.
     *
     * @param key whose
     * @param variant which of the values under this key
     * @param wanted how fresh the answer must be
     * @param work how to read
     * @return the answer
     */
    <T> Mono<Answer<T>> join(String key, String variant, Wanted wanted, Mono<Answer<T>> work) {
        long called = System.nanoTime();
        Flight<T> flight = join(key, variant, wanted, called - LONG_AGO, work);
        if (!wanted.isStrict() || flight.since() - called >= 0) {
            return flight.answer();
        }
        return flight.answer()
                .flatMap(answer -> answer.settled()
                        ? Mono.just(answer)
                        : join(key, variant, wanted, called, work).answer());
    }

    // Two flights of one variant under one key are of one type: its shape is what the variant is made of.
    @SuppressWarnings("unchecked")
    private <T> Flight<T> join(String key, String variant, Wanted wanted, long notBefore, Mono<Answer<T>> work) {
        Flight<?> now = joinable.get(key);
        if (now != null && now.serves(variant, wanted, notBefore)) {
            return (Flight<T>) now;
        }
        Flight<T> flight = (Flight<T>) joinable.compute(
                key,
                (same, before) -> before != null && before.serves(variant, wanted, notBefore)
                        ? before
                        : new Flight<T>(variant, wanted, work.doOnSubscribe(begun -> running.incrementAndGet())));
        flight.start(() -> {
            running.decrementAndGet();
            joinable.remove(key, flight);
        });
        return flight;
    }

    /** Lets nobody else join the read of a key: it may have read what has changed since. */
    void detach(String key) {
        joinable.remove(key);
    }

    /** Lets nobody else join any read. */
    void detachAll() {
        joinable.clear();
    }

    int count() {
        return running.get();
    }
}

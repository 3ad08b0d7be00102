package dev.sluice.cache.tiered;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** The reads on their way: at most one per key that new callers may join. Thread-safe. */
final class Flights {

    private final ConcurrentMap<String, Flight<?>> joinable = new ConcurrentHashMap<>();
    private final AtomicInteger running = new AtomicInteger();

    /**
     * Joins the read of a key, or begins one.
     *
     * @param key whose
     * @param variant which of the values under this key
     * @param wanted how fresh the answer must be
     * @param work how to read
     * @return the answer
     */
    // Two flights of one variant under one key are of one type: its shape is what the variant is made of.
    @SuppressWarnings("unchecked")
    <T> Mono<Answer<T>> join(String key, String variant, Wanted wanted, Mono<Answer<T>> work) {
        Flight<?> now = joinable.get(key);
        if (now != null && now.serves(variant, wanted)) {
            return (Mono<Answer<T>>) (Mono<?>) now.answer();
        }
        Flight<?> joined = joinable.compute(
                key,
                (same, before) ->
                        before != null && before.serves(variant, wanted) ? before : new Flight<T>(variant, wanted));
        Flight<T> flight = (Flight<T>) joined;
        flight.start(work.doOnSubscribe(begun -> running.incrementAndGet()), () -> {
            running.decrementAndGet();
            joinable.remove(key, flight);
        });
        return flight.answer();
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

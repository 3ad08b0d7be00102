package dev.sluice.cache.tiered;

import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.shared.OutOfReachException;
import dev.sluice.cache.shared.SharedTier;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Tells the shared tier what has been outdated. What it could not be told in time is told until it has heard; until then this process
 * uses it for nothing else. Thread-safe.
 */
final class Repairs {

    private static final Logger LOG = LoggerFactory.getLogger(Repairs.class);
    private static final int AT_ONCE = 64;
    private static final int RETRIES = 2;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final String NOBODY = "";

    /** Key → how often it was added: one that was added again while it was being told stays. */
    private final ConcurrentMap<String, Integer> pending = new ConcurrentHashMap<>();

    private final AtomicBoolean telling = new AtomicBoolean();
    private final Consumer<String> forget;
    private final CacheObserver observer;
    private volatile boolean closed;

    Repairs(Consumer<String> forget, CacheObserver observer) {
        this.forget = forget;
        this.observer = observer;
    }

    boolean isIdle() {
        return pending.isEmpty();
    }

    int count() {
        return pending.size();
    }

    void close() {
        closed = true;
    }

    /**
     * Ends keys in the shared tier.
     *
     * @param tier the tier
     * @param keys the keys
     * @param writer whose markers end, too
     * @param instead what to end, as soon as that can be done, in the place of the keys that could not be ended now
     * @return whether all could be ended now; never an error
     */
    Mono<Boolean> tell(SharedTier tier, Set<String> keys, String writer, Set<String> instead) {
        return Flux.fromIterable(keys)
                .flatMapDelayError(
                        key -> tier.invalidate(key, writer)
                                .retryWhen(Retry.backoff(RETRIES, FIRST_PAUSE)
                                        .filter(error -> !(error instanceof OutOfReachException))),
                        AT_ONCE,
                        1)
                .then(Mono.just(true))
                .onErrorResume(error -> {
                    observer.invalidationFailed(RETRIES + 1);
                    later(tier, instead, Exceptions.unwrapMultiple(error).get(0));
                    return Mono.just(false);
                });
    }

    private void later(SharedTier tier, Set<String> keys, Throwable cause) {
        if (isIdle()) {
            LOG.warn(
                    "Redis could not be told what a write has outdated; reads go to the database until it can ({})",
                    cause.toString());
        }
        keys.forEach(key -> pending.merge(key, 1, Integer::sum));
        keepTelling(tier);
    }

    private void keepTelling(SharedTier tier) {
        if (!telling.compareAndSet(false, true)) {
            return;
        }
        Mono.delay(PAUSE)
                .then(Mono.defer(() -> tellPending(tier)))
                .repeat(() -> !isIdle() && !closed)
                .doFinally(end -> {
                    telling.set(false);
                    if (!isIdle() && !closed) {
                        keepTelling(tier);
                    }
                })
                .subscribe(told -> {}, error -> LOG.error("what Redis has yet to be told was interrupted", error));
    }

    private Mono<Void> tellPending(SharedTier tier) {
        return Flux.fromIterable(Map.copyOf(pending).entrySet())
                .flatMap(entry -> tellOne(tier, entry.getKey(), entry.getValue()), AT_ONCE)
                .then();
    }

    private Mono<Void> tellOne(SharedTier tier, String key, int added) {
        return tier.invalidate(key, NOBODY)
                .doOnSuccess(told -> {
                    forget.accept(key);
                    pending.remove(key, added);
                })
                .onErrorResume(error -> {
                    observer.invalidationFailed(1);
                    return Mono.empty();
                });
    }
}

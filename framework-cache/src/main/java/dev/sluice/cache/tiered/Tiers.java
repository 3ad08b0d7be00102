package dev.sluice.cache.tiered;

import dev.sluice.cache.CacheCodec;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.near.Generation;
import dev.sluice.cache.near.Generations;
import dev.sluice.cache.near.NearTier;
import dev.sluice.cache.shared.SharedTier;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What all regions of a cache share.
 *
 * @param settings the configuration
 * @param codec how values are written
 * @param keys how keys are made
 * @param near values in this process
 * @param generations what ends many of them at once
 * @param shared the tier of the fleet; null if there is none
 * @param repairs what the shared tier has yet to be told
 * @param flights reads that are on their way
 * @param refreshes reads that nobody waits for
 * @param counters what happens
 */
record Tiers(
        CacheSettings settings,
        CacheCodec codec,
        Keys keys,
        NearTier near,
        Generations generations,
        @Nullable SharedTier shared,
        Repairs repairs,
        Flights flights,
        Refreshes refreshes,
        Counters counters) {

    private static final int AT_ONCE = 64;

    /** @return whether near values are known to be current */
    boolean isNearTrusted() {
        return shared == null || (shared.isTracking() && repairs.isIdle());
    }

    /** @return the shared tier; null if there is none, or it is out of reach, or holds what it should not */
    @Nullable
    SharedTier usable() {
        return shared != null && shared.isReachable() && repairs.isIdle() ? shared : null;
    }

    /** @return the generations of these keys, in their order; those that this process does not know are asked for */
    Mono<List<Generation>> generations(SharedTier tier, List<String> keys, boolean askAnyway) {
        return Flux.fromIterable(keys)
                .flatMapSequentialDelayError(key -> generation(tier, key, askAnyway), AT_ONCE, 1)
                .collectList();
    }

    private Mono<Generation> generation(SharedTier tier, String key, boolean askAnyway) {
        long asked = System.nanoTime();
        Generation known = askAnyway ? null : generations.find(key, asked);
        if (known != null) {
            return Mono.just(known);
        }
        long ticket = generations.ticket(key);
        return tier.generation(key)
                .map(stamp -> generations.learn(
                        key, stamp.value(), stamp.marked(), asked + stamp.lifeMillis() * 1_000_000, ticket));
    }

    /** Forgets in this process what is known under a key. */
    void forget(String key) {
        near.drop(key);
        generations.end(key);
        flights.detach(key);
    }

    /** Forgets in this process all that is known. */
    void forgetAll() {
        near.dropAll();
        generations.endAll();
        flights.detachAll();
    }
}

package dev.sluice.cache.tiered;

import dev.sluice.cache.CacheStatus.SharedState;
import dev.sluice.cache.shared.Lookup;
import dev.sluice.cache.shared.SharedTier;
import dev.sluice.cache.shared.Stamp;
import reactor.core.publisher.Mono;

/** Passes everything on: for negative controls, which leave out what a promise rests on. */
class BrokenTier implements SharedTier {

    final SharedTier tier;

    BrokenTier(SharedTier tier) {
        this.tier = tier;
    }

    @Override
    public boolean isReachable() {
        return tier.isReachable();
    }

    @Override
    public boolean isTracking() {
        return tier.isTracking();
    }

    @Override
    public SharedState state() {
        return tier.state();
    }

    @Override
    public Mono<Lookup> fetch(String key, String variant, String lease) {
        return tier.fetch(key, variant, lease);
    }

    @Override
    public Mono<Boolean> lease(String key, String variant, String lease) {
        return tier.lease(key, variant, lease);
    }

    @Override
    public Mono<Long> store(String key, String variant, String lease, byte[] value, long lifeMillis, long ageMillis) {
        return tier.store(key, variant, lease, value, lifeMillis, ageMillis);
    }

    @Override
    public Mono<Void> release(String key, String variant, String lease) {
        return tier.release(key, variant, lease);
    }

    @Override
    public Mono<Void> remove(String key, String variant) {
        return tier.remove(key, variant);
    }

    @Override
    public Mono<Stamp> generation(String key) {
        return tier.generation(key);
    }

    @Override
    public Mono<Void> mark(String key, String writer) {
        return tier.mark(key, writer);
    }

    @Override
    public Mono<Void> invalidate(String key, String writer) {
        return tier.invalidate(key, writer);
    }

    @Override
    public Mono<Void> close() {
        return tier.close();
    }
}

package dev.sluice.cache.tiered;

import dev.sluice.cache.CacheObserver;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what a cache tells. */
final class Heard implements CacheObserver {

    final Map<NotStored, Integer> notStored = new ConcurrentHashMap<>();
    private final Map<Tier, Map<Result, AtomicInteger>> results = new EnumMap<>(Tier.class);

    Heard() {
        for (Tier tier : Tier.values()) {
            results.put(tier, new EnumMap<>(Result.class));
            for (Result result : Result.values()) {
                results.get(tier).put(result, new AtomicInteger());
            }
        }
    }

    int count(Tier tier, Result result) {
        return results.get(tier).get(result).get();
    }

    int stale() {
        return count(Tier.NEAR, Result.STALE) + count(Tier.SHARED, Result.STALE);
    }

    @Override
    public void requested(Tier tier, Result result) {
        results.get(tier).get(result).incrementAndGet();
    }

    @Override
    public void notStored(String region, NotStored reason) {
        notStored.merge(reason, 1, Integer::sum);
    }
}

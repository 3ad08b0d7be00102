package dev.sluice.spring.observation;

import dev.sluice.cache.CacheObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Counts what the cache does. What each request is counted by is registered at the start; the rest with its first use. */
final class CacheMeters implements CacheObserver {

    private final MeterRegistry registry;
    private final Map<Tier, Map<Result, Counter>> requests = new EnumMap<>(Tier.class);
    private final Map<String, Timer> loads = new ConcurrentHashMap<>();
    private final Map<String, Timer> failedLoads = new ConcurrentHashMap<>();
    private final Counter invalidationFailed;
    private final Counter nearDropped;

    CacheMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Tier tier : Tier.values()) {
            Map<Result, Counter> results = new EnumMap<>(Result.class);
            for (Result result : Result.values()) {
                results.put(result, SluiceMeter.CACHE_REQUESTS.counter(registry, tag(tier), tag(result)));
            }
            requests.put(tier, results);
        }
        this.invalidationFailed = SluiceMeter.CACHE_INVALIDATION_FAILED.counter(registry);
        this.nearDropped = SluiceMeter.CACHE_NEAR_DROPPED.counter(registry);
    }

    @Override
    public void requested(Tier tier, Result result) {
        Objects.requireNonNull(Objects.requireNonNull(requests.get(tier)).get(result))
                .increment();
    }

    @Override
    public void loaded(String region, long nanos, boolean failed) {
        (failed ? failedLoads : loads)
                .computeIfAbsent(region, of -> SluiceMeter.CACHE_LOAD.timer(registry, of, failed ? "failed" : "done"))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void notStored(String region, NotStored reason) {
        SluiceMeter.CACHE_NOT_STORED.counter(registry, region, tag(reason)).increment();
    }

    @Override
    public void invalidationFailed(int attempts) {
        invalidationFailed.increment(attempts);
    }

    @Override
    public void nearDropped() {
        nearDropped.increment();
    }

    private static String tag(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

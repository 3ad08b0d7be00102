package dev.sluice.spring.observation;

import dev.sluice.cache.CacheStatus;
import dev.sluice.cache.CacheStatus.SharedState;
import dev.sluice.cache.TenantCache;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** Shows how the cache stands, read when somebody looks. */
final class CacheGauges implements MeterBinder {

    private final TenantCache cache;

    CacheGauges(TenantCache cache) {
        this.cache = cache;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        SluiceMeter.CACHE_NEAR_BYTES.gauge(registry, cache, of -> of.status().bytes());
        if (cache.status().sharedState() != SharedState.ABSENT) {
            SluiceMeter.CACHE_SHARED_AVAILABLE.gauge(registry, cache, of -> isUsed(of.status()) ? 1 : 0);
            SluiceMeter.CACHE_INVALIDATIONS_PENDING.gauge(
                    registry, cache, of -> of.status().pendingInvalidations());
        }
    }

    private static boolean isUsed(CacheStatus status) {
        return status.sharedState() == SharedState.CLOSED;
    }
}

package dev.sluice.cache;

import dev.sluice.consistency.SessionPosition;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Settlement;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Holds nothing. */
enum NoCache implements TenantCache {
    INSTANCE;

    private static final Settlement NOTHING_TO_SETTLE = new Settlement() {};

    @Override
    public <T> CacheRegion<T> region(CacheSpec<T> spec) {
        return new CacheRegion<>() {
            @Override
            public Mono<T> get(CacheKey key, CacheLoader<T> loader) {
                return Mono.defer(loader::asRouted);
            }

            @Override
            public Mono<Void> invalidate(CacheKey key) {
                return Mono.empty();
            }
        };
    }

    @Override
    public Settlement settlement(@Nullable TenantId tenant, @Nullable SessionPosition session) {
        return NOTHING_TO_SETTLE;
    }

    @Override
    public Mono<Void> flush(TenantId tenant) {
        return Mono.empty();
    }

    @Override
    public CacheStatus status() {
        return CacheStatus.NONE;
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.empty();
    }
}

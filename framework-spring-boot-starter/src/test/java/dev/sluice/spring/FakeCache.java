package dev.sluice.spring;

import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSpec;
import dev.sluice.cache.CacheStatus;
import dev.sluice.cache.CacheStatus.Requests;
import dev.sluice.cache.CacheStatus.SharedState;
import dev.sluice.cache.TenantCache;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Settlement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A cache that holds nothing, says what it is told to say, and remembers what was flushed. */
public class FakeCache implements TenantCache {

    public final List<TenantId> flushed = new ArrayList<>();

    private final SharedState state;

    public FakeCache(SharedState state) {
        this.state = state;
    }

    @Override
    public <T> CacheRegion<T> region(CacheSpec<T> spec) {
        return TenantCache.none().region(spec);
    }

    @Override
    public Settlement settlement(@Nullable TenantId tenant, @Nullable SessionPosition session) {
        return TenantCache.none().settlement(tenant, session);
    }

    @Override
    public Mono<Void> flush(TenantId tenant) {
        return Mono.fromRunnable(() -> flushed.add(tenant));
    }

    @Override
    public CacheStatus status() {
        return new CacheStatus(new Requests(3, 1), new Requests(0, 0), state, true, 5, 4_096, 0, 0);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.empty();
    }
}

package dev.sluice.spring.coherence;

import dev.sluice.access.Access;
import dev.sluice.cache.CacheKey;
import dev.sluice.cache.CacheLoader;
import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSpec;
import dev.sluice.cache.CacheStatus;
import dev.sluice.cache.TenantCache;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A cache around which things take their time, or never happen. */
final class FaultyCache implements TenantCache {

    /** Of reads and of commits, so many in a hundred are stopped for a while. */
    private static final int PERCENT = 20;

    private final TenantCache cache;
    private volatile Duration mostBeforeFill = Duration.ZERO;
    private volatile Duration mostBeforeInvalidation = Duration.ZERO;
    private final AtomicInteger deaths = new AtomicInteger();
    private volatile boolean dying;
    private volatile boolean fillsFromReplicas;

    FaultyCache(TenantCache cache) {
        this.cache = cache;
    }

    /** Stops some between the read of the database and the fill, and some between the commit and the invalidation. */
    void pause(Duration beforeFill, Duration beforeInvalidation) {
        mostBeforeFill = beforeFill;
        mostBeforeInvalidation = beforeInvalidation;
    }

    /** From now on nothing happens after a commit: as in a process that is killed there. */
    void die() {
        dying = true;
    }

    /** How many commits were the last thing that happened. */
    int deaths() {
        return deaths.get();
    }

    /** The mistake: what is stored comes from whichever node answers. */
    void fillFromReplicas() {
        fillsFromReplicas = true;
    }

    @Override
    public <T> CacheRegion<T> region(CacheSpec<T> spec) {
        CacheRegion<T> region = cache.region(spec);
        return new CacheRegion<>() {
            @Override
            public Mono<T> get(CacheKey key, CacheLoader<T> loader) {
                return region.get(key, slow(loader));
            }

            @Override
            public Mono<Void> invalidate(CacheKey key) {
                return region.invalidate(key);
            }
        };
    }

    private <T> CacheLoader<T> slow(CacheLoader<T> loader) {
        return new CacheLoader<>() {
            @Override
            public Mono<T> fromPrimary() {
                return found(loader).flatMap(value -> pause(mostBeforeFill).thenReturn(value));
            }

            @Override
            public Mono<T> asRouted() {
                return loader.asRouted();
            }
        };
    }

    private <T> Mono<T> found(CacheLoader<T> loader) {
        return fillsFromReplicas
                ? loader.fromPrimary().contextWrite(Access.consistency(ReadConsistency.bounded(Duration.ofMinutes(1))))
                : loader.fromPrimary();
    }

    @Override
    public Settlement settlement(@Nullable TenantId tenant, @Nullable SessionPosition session) {
        Settlement settlement = cache.settlement(tenant, session);
        return new Settlement() {
            @Override
            public Mono<Void> beforeCommit(Touched touched) {
                return settlement.beforeCommit(touched);
            }

            @Override
            public Mono<Void> afterCommit(@Nullable Lsn lsn, Touched touched) {
                if (dying) {
                    deaths.incrementAndGet();
                    return Mono.never();
                }
                return pause(mostBeforeInvalidation).then(Mono.defer(() -> settlement.afterCommit(lsn, touched)));
            }

            @Override
            public Mono<Void> afterRollback() {
                return settlement.afterRollback();
            }
        };
    }

    private static Mono<Void> pause(Duration most) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return most.isZero() || random.nextInt(100) >= PERCENT
                ? Mono.empty()
                : Mono.delay(Duration.ofNanos(random.nextLong(most.toNanos()))).then();
    }

    @Override
    public Mono<Void> flush(TenantId tenant) {
        return cache.flush(tenant);
    }

    @Override
    public CacheStatus status() {
        return cache.status();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return cache.closeGracefully();
    }
}

package dev.sluice.cache.tiered;

import dev.sluice.cache.CacheCodec;
import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheObserver.Tier;
import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.CacheSpec;
import dev.sluice.cache.CacheStatus;
import dev.sluice.cache.TenantCache;
import dev.sluice.cache.near.Generations;
import dev.sluice.cache.near.NearTier;
import dev.sluice.cache.redis.RedisTier;
import dev.sluice.cache.shared.SharedTier;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A near tier, and a shared one if there is a Redis. Thread-safe. */
public final class TieredCache implements TenantCache {

    /** A generation takes about 250 bytes; who knows fewer than there are asks the shared tier more often. */
    private static final long MOST_GENERATIONS = 100_000;

    private final Tiers tiers;
    private final AtomicReference<Duration> longestLife;
    private volatile boolean closed;

    private TieredCache(Tiers tiers) {
        this.tiers = tiers;
        this.longestLife = new AtomicReference<>(tiers.settings().ttl());
    }

    /**
     * Makes a cache, and connects it to Redis if its settings name one.
     *
     * @param settings the configuration
     * @param codec how values are written; {@link CborCodec} if there is no reason for another
     * @param observer is told what happens
     * @return the cache, also if Redis cannot be reached at present; an error if it refuses this client
     *     ({@link dev.sluice.cache.redis.RedisSetupException}) or its URL is malformed
     */
    public static Mono<TenantCache> connect(CacheSettings settings, CacheCodec codec, CacheObserver observer) {
        return connect(settings, codec, observer, listener -> RedisTier.connect(settings, listener))
                .cast(TenantCache.class);
    }

    static Mono<TieredCache> connect(
            CacheSettings settings,
            CacheCodec codec,
            CacheObserver observer,
            Function<SharedTier.Listener, Mono<SharedTier>> connect) {
        return Mono.defer(() -> {
            Parts parts = new Parts(settings, codec, new Counters(observer));
            if (settings.url() == null) {
                return Mono.just(new TieredCache(parts.tiers(null)));
            }
            return connect.apply(parts).map(shared -> new TieredCache(parts.tiers(shared)));
        });
    }

    @Override
    public <T> CacheRegion<T> region(CacheSpec<T> spec) {
        Region<T> region = new Region<>(this, tiers, spec);
        longestLife.accumulateAndGet(region.longestLife(), (one, other) -> one.compareTo(other) > 0 ? one : other);
        return region;
    }

    @Override
    public Settlement settlement(@Nullable TenantId tenant, @Nullable SessionPosition session) {
        return settlement(tenant, session, new Changes(tiers.keys(), tenant)::of);
    }

    WriteSettlement settlement(
            @Nullable TenantId tenant, @Nullable SessionPosition session, Function<Touched, Set<String>> keys) {
        return new WriteSettlement(tiers, new Changes(tiers.keys(), tenant), keys, session, longestLife::get);
    }

    @Override
    public Mono<Void> flush(TenantId tenant) {
        return Mono.defer(() -> {
            String key = tiers.keys().tenant(tenant);
            SharedTier shared = tiers.shared();
            Mono<Boolean> told =
                    shared == null ? Mono.just(true) : tiers.repairs().tell(shared, Set.of(key), "", Set.of(key));
            return told.doOnTerminate(() -> {
                        tiers.forget(key);
                        tiers.flights().detachAll();
                    })
                    .flatMap(inTime -> inTime
                            ? Mono.empty()
                            : Mono.error(new IllegalStateException(
                                    "cache of tenant '%s': this process serves nothing of it any more, but Redis could not be told; it is tried again until it is"
                                            .formatted(tenant))));
        });
    }

    @Override
    public CacheStatus status() {
        SharedTier shared = tiers.shared();
        return new CacheStatus(
                tiers.counters().requests(Tier.NEAR),
                tiers.counters().requests(Tier.SHARED),
                shared == null
                        ? CacheStatus.SharedState.ABSENT
                        : tiers.repairs().isIdle() ? shared.state() : CacheStatus.SharedState.OPEN,
                shared != null && shared.isTracking(),
                tiers.near().count(),
                tiers.near().bytes(),
                tiers.flights().count(),
                tiers.repairs().count());
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.defer(() -> {
            closed = true;
            tiers.repairs().close();
            tiers.forgetAll();
            SharedTier shared = tiers.shared();
            return shared == null ? Mono.empty() : shared.close();
        });
    }

    boolean isClosed() {
        return closed;
    }

    /** What there is before the shared tier, and listens to it. */
    private static final class Parts implements SharedTier.Listener {

        private final CacheSettings settings;
        private final CacheCodec codec;
        private final Counters counters;
        private final NearTier near;
        private final Generations generations = new Generations(MOST_GENERATIONS);
        private final Flights flights = new Flights();
        private final Repairs repairs;

        Parts(CacheSettings settings, CacheCodec codec, Counters counters) {
            this.settings = settings;
            this.codec = codec;
            this.counters = counters;
            this.near = new NearTier(settings.nearMaxSize());
            this.repairs = new Repairs(this::changed, counters);
        }

        Tiers tiers(@Nullable SharedTier shared) {
            return new Tiers(
                    settings,
                    codec,
                    new Keys(settings.namespace()),
                    near,
                    generations,
                    shared,
                    repairs,
                    flights,
                    new Refreshes(),
                    counters);
        }

        @Override
        public void changed(String key) {
            near.drop(key);
            generations.end(key);
            flights.detach(key);
        }

        @Override
        public void lost() {
            near.dropAll();
            generations.endAll();
            flights.detachAll();
            counters.nearDropped();
        }
    }
}

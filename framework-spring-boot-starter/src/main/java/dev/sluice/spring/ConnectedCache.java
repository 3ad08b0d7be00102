package dev.sluice.spring;

import dev.sluice.cache.CacheCodec;
import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.TenantCache;
import dev.sluice.cache.redis.RedisSetupException;
import dev.sluice.cache.tiered.TieredCache;
import dev.sluice.spring.settings.InvalidPropertyException;
import java.time.Duration;
import java.util.Objects;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.publisher.Mono;

/** Owns the auto-configured cache: made before Sluice, which is given it, so closed when the last lease is back. */
final class ConnectedCache implements DisposableBean {

    private final TenantCache cache;
    private final Duration closeTimeout;

    private ConnectedCache(TenantCache cache, Duration closeTimeout) {
        this.cache = cache;
        this.closeTimeout = closeTimeout;
    }

    /**
     * Connects a cache.
     *
     * @param database what the keys in Redis are told apart by; asked only where there is a Redis
     * @param patience most time that the database and Redis have
     */
    static ConnectedCache connect(
            CacheSettings settings,
            CacheCodec codec,
            CacheObserver observer,
            Mono<DatabaseIdentity> database,
            Duration patience) {
        Mono<CacheSettings> complete = settings.url() == null
                ? Mono.just(settings)
                : database.map(identity -> settings.withNamespace(identity.namespace(settings.namespace())));
        // The first attempt to connect may take all of its time; then the start goes on without Redis.
        Duration closeTimeout = settings.connectTimeout().multipliedBy(2).plusSeconds(1);
        TenantCache cache = ConnectedSluice.await(
                complete.flatMap(known -> TieredCache.connect(known, codec, observer)
                        .onErrorMap(ConnectedCache::isOfTheUrl, ConnectedCache::invalid)),
                patience.plus(closeTimeout),
                "connecting the cache (pool.acquire-timeout, cache.connect-timeout)");
        return new ConnectedCache(Objects.requireNonNull(cache), closeTimeout);
    }

    private static boolean isOfTheUrl(Throwable error) {
        return error instanceof RedisSetupException || error instanceof IllegalArgumentException;
    }

    // Both say what is wrong with cache.url, without showing it.
    private static InvalidPropertyException invalid(Throwable error) {
        return new InvalidPropertyException("sluice." + error.getMessage());
    }

    TenantCache cache() {
        return cache;
    }

    @Override
    public void destroy() {
        ConnectedSluice.await(cache.closeGracefully(), closeTimeout, "closing the cache (cache.connect-timeout)");
    }
}

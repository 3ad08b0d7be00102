package dev.sluice.r2dbc.cached;

import dev.sluice.AcrossTenantsSettings;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.access.Access;
import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.TenantCache;
import dev.sluice.cache.tiered.CborCodec;
import dev.sluice.cache.tiered.TieredCache;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import dev.sluice.repository.QueryObserver;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An application with a cache: it counts the statements that reach the database. */
final class CachedFixture implements AutoCloseable {

    static final String TABLES = "cached/tables.sql";
    static final Duration WAIT = Duration.ofSeconds(20);

    private final Map<String, Integer> statements = new ConcurrentHashMap<>();
    private final TenantCache cache;
    private final Sluice sluice;

    private CachedFixture(TestDatabase database, TenantCache cache, UnaryOperator<TenantCache> changed) {
        this.cache = cache;
        QueryObserver counting = (query, context) -> {
            statements.merge(query.statement(), 1, Integer::sum);
            return null;
        };
        this.sluice = Objects.requireNonNull(
                Sluice.connect(SluiceSettings.builder(database.url(), database.credentials(Role.APP))
                                .pool(PoolSettings.ofMax(4))
                                .acrossTenants(new AcrossTenantsSettings(database.credentials(Role.ACROSS), 1))
                                .sharedTables(List.of("rates"))
                                .declared(List.of("totals"))
                                .queryObserver(counting)
                                .cache(changed.apply(cache))
                                .build())
                        .block(WAIT));
    }

    /** Once for a database. */
    static void protect(TestDatabase database) {
        database.execute(
                Role.OWNER,
                RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username())
                        .across(Role.ACROSS.username())
                        .script("plans", "days", "remarks", "folders", "prices"));
    }

    static CachedFixture start(TestDatabase database, CacheSettings settings) {
        return start(database, settings, cache -> cache);
    }

    static CachedFixture start(TestDatabase database, CacheSettings settings, UnaryOperator<TenantCache> changed) {
        TenantCache cache = Objects.requireNonNull(TieredCache.connect(settings, new CborCodec(), CacheObserver.NONE)
                .block(WAIT));
        return new CachedFixture(database, cache, changed);
    }

    /** Settings with a namespace of their own; a slow machine must not make Redis look lost. */
    static CacheSettings settings(@Nullable String url) {
        return CacheSettings.DEFAULT
                .withUrl(url)
                .withNamespace("t" + UUID.randomUUID())
                .withTimeouts(WAIT, WAIT, WAIT, WAIT);
    }

    Sluice sluice() {
        return sluice;
    }

    TenantCache cache() {
        return cache;
    }

    <R> R repository(Class<R> type) {
        return sluice.repository(type);
    }

    /** How often a statement has reached the database. */
    int count(String statement) {
        return statements.getOrDefault(statement, 0);
    }

    static <T> @Nullable T as(String tenant, Mono<T> call) {
        return call.contextWrite(Access.tenant(tenant)).block(WAIT);
    }

    static <T> List<T> as(String tenant, Flux<T> call) {
        return Objects.requireNonNull(
                call.collectList().contextWrite(Access.tenant(tenant)).block(WAIT));
    }

    @Override
    public void close() {
        sluice.closeGracefully().block(WAIT);
        cache.closeGracefully().block(WAIT);
    }
}

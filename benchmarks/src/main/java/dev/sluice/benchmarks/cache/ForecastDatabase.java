package dev.sluice.benchmarks.cache;

import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.TenantCache;
import dev.sluice.cache.tiered.CborCodec;
import dev.sluice.cache.tiered.TieredCache;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import dev.sluice.repository.QueryObserver;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Migrations;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.cluster.embedded.EmbeddedRedis;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** A PostgreSQL with the forecasts of 100 tenants, and a Redis. */
final class ForecastDatabase implements AutoCloseable {

    static final int TENANTS = 100;
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int CONNECTIONS = 16;
    private static final String TABLE = """
            create table forecasts (tenant_id text not null, id bigint not null, day date not null, value numeric not null,
                error numeric not null, primary key (tenant_id, id));
            insert into forecasts select 'tenant-' || t, i, date '2026-01-01' + i %% 365, i * 1.25, 0.05
                from generate_series(0, %d) t, generate_series(0, %d) i;
            analyze forecasts;
            """;

    private final SluiceCluster cluster = SluiceCluster.start(ClusterSpec.single());
    private final EmbeddedRedis redis = EmbeddedRedis.start();
    private final TestDatabase database;

    ForecastDatabase(int forecastsPerTenant) {
        database = cluster.createDatabase(Migrations.of(
                TABLE.formatted(TENANTS - 1, forecastsPerTenant - 1),
                RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username()).script("forecasts")));
    }

    /**
     * One process of an application.
     *
     * @param sluice its Sluice
     * @param cache its cache
     * @param reads the reads that have reached the database
     */
    record App(Sluice sluice, TenantCache cache, LongAdder reads) implements AutoCloseable {

        @Override
        public void close() {
            sluice.closeGracefully().block(PATIENCE);
            cache.closeGracefully().block(PATIENCE);
        }
    }

    /** @param nearMaxSize bytes of the near tier; 0 means that there is no cache */
    App open(long nearMaxSize) {
        TenantCache cache = nearMaxSize == 0 ? TenantCache.none() : cache(nearMaxSize);
        LongAdder reads = new LongAdder();
        QueryObserver counting = (query, context) -> {
            if (query.statement().endsWith(".findById")) {
                reads.increment();
            }
            return null;
        };
        SluiceSettings settings = SluiceSettings.builder(database.url(), database.credentials(Role.APP))
                .pool(PoolSettings.ofMax(CONNECTIONS))
                .queryObserver(counting)
                .cache(cache)
                .build();
        return new App(Objects.requireNonNull(Sluice.connect(settings).block(PATIENCE)), cache, reads);
    }

    private TenantCache cache(long nearMaxSize) {
        CacheSettings d = CacheSettings.at(redisUrl());
        // A pause of the machine, which the load generator shares, is no outage of Redis.
        CacheSettings settings = d.withSizes(nearMaxSize, d.maxValueSize())
                .withTimeouts(Duration.ofSeconds(2), d.connectTimeout(), d.loadTimeout(), d.transactionTimeout());
        return Objects.requireNonNull(TieredCache.connect(settings, new CborCodec(), CacheObserver.NONE)
                .block(PATIENCE));
    }

    String redisUrl() {
        return redis.node().url();
    }

    String version() {
        return database.value(Role.SUPERUSER, String.class, "show server_version");
    }

    @Override
    public void close() {
        redis.close();
        cluster.close();
    }
}

package dev.sluice.benchmarks.cache;

import dev.sluice.AdmissionSettings;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.TenantCache;
import dev.sluice.cache.tiered.CborCodec;
import dev.sluice.cache.tiered.TieredCache;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Migrations;
import dev.sluice.testkit.cluster.RedisNode;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** A PostgreSQL and a Redis of the benchmark's own, with the products of 100 tenants. */
final class AmountDatabase implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final int TENANTS = 100;
    static final int IDS = 20;

    /** So many are served well within a second: who comes later is refused at once. */
    static final int MOST_WAITING = 100;

    private final SluiceCluster cluster = SluiceCluster.start(ClusterSpec.single());
    private final TestDatabase database = cluster.createDatabase(Migrations.of(
            """
            create table products (tenant_id text not null, id bigint not null, amount bigint not null,
                primary key (tenant_id, id));
            insert into products select 'tenant-' || t, i, i * t from generate_series(0, 99) t, generate_series(0, 99) i;
            create function hold(seconds double precision) returns integer language sql stable
                as 'select 1 from pg_sleep(seconds)';
            analyze products;
            """,
            RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username())
                    .across(Role.ACROSS.username())
                    .script("products")));

    String version() {
        return database.value(Role.SUPERUSER, String.class, "show server_version");
    }

    RedisNode redis() {
        return cluster.redis();
    }

    /** What the server does for us at this moment. */
    long active() {
        return database.sessions(Role.APP, "active");
    }

    TenantCache cache() {
        return Objects.requireNonNull(
                TieredCache.connect(CacheSettings.at(redis().url()), new CborCodec(), CacheObserver.NONE)
                        .block(PATIENCE));
    }

    R2dbcSluice connect(int connections, TenantCache cache) {
        SluiceSettings settings = database.settings()
                .pool(PoolSettings.ofMax(connections))
                .admission(AdmissionSettings.DEFAULT.withMaxWaiting(MOST_WAITING))
                .declared(List.of("hold"))
                .cache(cache)
                .build();
        Sluice sluice = Sluice.connect(settings).block(PATIENCE);
        return (R2dbcSluice) Objects.requireNonNull(sluice);
    }

    @Override
    public void close() {
        cluster.close();
    }
}

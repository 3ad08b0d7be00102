package dev.sluice.benchmarks.database;

import dev.sluice.AdmissionSettings;
import dev.sluice.Isolation;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.TimeoutSettings;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Migrations;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.time.Duration;
import java.util.Objects;

/**
 * A PostgreSQL of the benchmark's own with the products of 100 tenants, {@code tenant-0} to {@code tenant-99},
 * in two databases: one with row-level security for Sluice, one without for its rivals.
 */
public final class ProductDatabase implements AutoCloseable {

    /** Most time to connect and to close. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A tenant's products have the ids from 0 to this, exclusive. */
    public static final int IDS = 100;

    private static final String TABLE = """
            create table products (tenant_id text not null, id bigint not null, name text not null, amount bigint not null,
                primary key (tenant_id, id));
            insert into products select 'tenant-' || t, i, 'name ' || i, i * t
                from generate_series(0, 99) t, generate_series(0, 99) i;
            analyze products;
            """;

    private final SluiceCluster cluster = SluiceCluster.start(ClusterSpec.single());
    private final TestDatabase locked = cluster.createDatabase(Migrations.of(
            TABLE,
            RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username()).script("products")));
    private final TestDatabase open = cluster.createDatabase(Migrations.of(TABLE));

    /** @return the name of a tenant, from 0 to 99 */
    public static String tenant(int number) {
        return "tenant-" + number;
    }

    /** @return what the server says of its version */
    public String version() {
        return locked.value(Role.SUPERUSER, String.class, "show server_version");
    }

    /** @return the database with row-level security */
    public TestDatabase locked() {
        return locked;
    }

    /** @return the database without */
    public TestDatabase open() {
        return open;
    }

    /** Connects a Sluice, with row-level security. */
    public Sluice connect(int connections, AdmissionSettings admission) {
        TimeoutSettings d = TimeoutSettings.DEFAULT;
        SluiceSettings settings = SluiceSettings.builder(locked.url(), locked.credentials(Role.APP))
                .isolation(Isolation.RLS)
                .pool(new PoolSettings(
                        connections,
                        connections,
                        0,
                        PATIENCE,
                        Duration.ofMinutes(30),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(30)))
                .timeouts(new TimeoutSettings(
                        PATIENCE, Duration.ofSeconds(20), d.lock(), PATIENCE, d.idleInTransaction()))
                .admission(admission)
                .build();
        return Objects.requireNonNull(Sluice.connect(settings).block(PATIENCE));
    }

    /** Connects r2dbc-pool; see {@link RawWay}. */
    public RawWay raw(int connections, Duration acquireTimeout) {
        return new RawWay(open.url(), open.credentials(Role.APP), connections, acquireTimeout);
    }

    /** Ends the server. */
    @Override
    public void close() {
        cluster.close();
    }
}

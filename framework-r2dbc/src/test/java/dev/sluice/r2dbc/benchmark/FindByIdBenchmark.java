package dev.sluice.r2dbc.benchmark;

import dev.sluice.Credentials;
import dev.sluice.PoolSettings;
import dev.sluice.TimeoutSettings;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.r2dbc.admission.FairSemaphore;
import dev.sluice.r2dbc.pool.NodeLeases;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.Setting;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.cluster.Migrations;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * A point select by (tenant_id, id) through a lease, with and without row-level security, against raw r2dbc-pool with the
 * same SQL and no tenant. Arguments: rounds (20), milliseconds per slice (1000), seconds of warm-up (20).
 */
final class FindByIdBenchmark {

    private static final int CONNECTIONS = 16;
    private static final int CALLERS = 64;
    private static final int TENANTS = 100;
    private static final int IDS = 100;
    private static final String PREDICATE =
            "select id, tenant_id, name, amount from %s where tenant_id = $1 and id = $2";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String TABLES = """
            create table plain (tenant_id text, id bigint, name text not null, amount bigint not null,
                primary key (tenant_id, id));
            create table locked (like plain including all);
            insert into plain select 'tenant-' || t, i, 'name ' || i, i * t
                from generate_series(0, 99) t, generate_series(0, 99) i;
            insert into locked select * from plain;
            alter table locked enable row level security;
            alter table locked force row level security;
            create policy open on locked to sluice_app using (true) with check (true);
            create policy tenant on locked as restrictive to sluice_app
                using (tenant_id = (select nullif(current_setting('sluice.tenant', true), '')))
                with check (tenant_id = (select nullif(current_setting('sluice.tenant', true), '')));
            analyze plain;
            analyze locked;
            """;

    private static final List<TenantId> IDS_OF_TENANTS = IntStream.range(0, TENANTS)
            .mapToObj(i -> TenantId.of("tenant-" + i))
            .toList();

    private FindByIdBenchmark() {}

    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        Duration slice = Duration.ofMillis(args.length > 1 ? Long.parseLong(args[1]) : 1_000);
        Duration warmup = Duration.ofSeconds(args.length > 2 ? Long.parseLong(args[2]) : 20);
        try (SluiceCluster cluster = SluiceCluster.shared()) {
            TestDatabase database = cluster.createDatabase(Migrations.of(TABLES));
            Credentials login = database.credentials(Role.APP);
            Leases leases = NodeLeases.open(
                    database.url(),
                    login,
                    PoolSettings.ofMax(CONNECTIONS),
                    TimeoutSettings.DEFAULT,
                    new FairSemaphore(CONNECTIONS, 5_000));
            ConnectionPool raw = rawPool(database.url(), login);
            String table = new PairedRounds(
                            CALLERS, rounds, slice, warmup, "raw r2dbc-pool, no tenant", () -> rawFindById(raw))
                    .way("lease and group, predicate", () -> findById(leases, "plain", true))
                    .way("lease and group, row-level security", () -> findById(leases, "locked", true))
                    .way("lease alone, no setting", () -> findById(leases, "plain", false))
                    .run();
            System.out.println(table);
            leases.closeGracefully().block(PATIENCE);
            raw.disposeLater().block(PATIENCE);
            cluster.dropDatabase(database);
        }
        System.exit(0);
    }

    private static Publisher<?> findById(Leases leases, String table, boolean setting) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        TenantId tenant = IDS_OF_TENANTS.get(random.nextInt(TENANTS));
        Group group = new Group(
                "findById",
                setting ? List.of(new Setting(Setting.TENANT, tenant.value())) : List.of(),
                table.equals("plain") ? SQL_PLAIN : SQL_LOCKED,
                new Object[] {tenant.value(), (long) random.nextInt(IDS)});
        AdmissionRequest request = new AdmissionRequest(
                tenant,
                Workload.INTERACTIVE,
                Priority.INTERACTIVE,
                Deadline.after(TimeoutSettings.DEFAULT.call()),
                null);
        return leases.use("findById", request, session -> session.rows(group, FindByIdBenchmark::map, 2))
                .map(rows -> rows.get(0));
    }

    private static final String SQL_PLAIN = PREDICATE.formatted("plain");
    private static final String SQL_LOCKED = PREDICATE.formatted("locked");

    private static Publisher<?> rawFindById(ConnectionPool pool) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String tenant = IDS_OF_TENANTS.get(random.nextInt(TENANTS)).value();
        long id = random.nextInt(IDS);
        return Mono.usingWhen(
                pool.create(),
                connection -> Flux.from(connection
                                .createStatement(SQL_PLAIN)
                                .bind(0, tenant)
                                .bind(1, id)
                                .execute())
                        .flatMap(result -> result.map(FindByIdBenchmark::map))
                        .single(),
                connection -> connection.close());
    }

    private static Item map(Readable row) {
        return new Item(
                row.get(0, Long.class), row.get(1, String.class), row.get(2, String.class), row.get(3, Long.class));
    }

    private record Item(Long id, String tenant, String name, Long amount) {}

    private static ConnectionPool rawPool(String url, Credentials login) {
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(url)
                .mutate()
                .option(ConnectionFactoryOptions.USER, login.username())
                .option(ConnectionFactoryOptions.PASSWORD, login.password())
                .option(
                        io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider.LOOP_RESOURCES,
                        LoopResources.create("raw", 1, Runtime.getRuntime().availableProcessors() | 1, true, false))
                .build();
        ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(ConnectionFactories.get(options))
                .initialSize(CONNECTIONS)
                .maxSize(CONNECTIONS)
                .build());
        pool.warmup().block(PATIENCE);
        return pool;
    }
}

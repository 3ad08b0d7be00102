package dev.sluice.r2dbc.benchmark;

import dev.sluice.Credentials;
import dev.sluice.Isolation;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.access.Access;
import dev.sluice.access.AccessChange;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.TenantRepository;
import dev.sluice.testkit.cluster.Migrations;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * {@code findById} through a repository, with the predicate alone and with row-level security, against raw
 * r2dbc-pool with the same SQL and no tenant. Arguments: rounds (20), milliseconds per slice (1000), seconds
 * of warm-up (20).
 */
final class FindByIdBenchmark {

    private static final int CONNECTIONS = 16;
    private static final int CALLERS = 64;
    private static final int TENANTS = 100;
    private static final int IDS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String TABLE = """
            create table products (tenant_id text not null, id bigint not null, name text not null, amount bigint not null,
                primary key (tenant_id, id));
            insert into products select 'tenant-' || t, i, 'name ' || i, i * t
                from generate_series(0, 99) t, generate_series(0, 99) i;
            analyze products;
            """;

    /** What the repository sends, but for the group around it. */
    private static final String SQL = "select \"id\", \"name\", \"amount\" from \"public\".\"products\""
            + " where \"tenant_id\" = $1 and \"id\" = $2";

    private static final List<String> NAMES =
            IntStream.range(0, TENANTS).mapToObj(i -> "tenant-" + i).toList();
    private static final List<AccessChange> ACCESS =
            NAMES.stream().map(Access::tenant).toList();

    @TenantOwned("products")
    record Product(@Id long id, String name, long amount) {}

    interface Products extends TenantRepository<Product, Long> {}

    private FindByIdBenchmark() {}

    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        Duration slice = Duration.ofMillis(args.length > 1 ? Long.parseLong(args[1]) : 1_000);
        Duration warmup = Duration.ofSeconds(args.length > 2 ? Long.parseLong(args[2]) : 20);
        try (SluiceCluster cluster = SluiceCluster.shared()) {
            TestDatabase open = cluster.createDatabase(Migrations.of(TABLE));
            TestDatabase locked = cluster.createDatabase(Migrations.of(
                    TABLE,
                    RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username())
                            .script("products")));
            ConnectionPool raw = rawPool(open.url(), open.credentials(Role.APP));
            Sluice predicate = connect(open, Isolation.PREDICATE);
            Sluice rowLevelSecurity = connect(locked, Isolation.RLS);
            Products withPredicate = predicate.repository(Products.class);
            Products withRowLevelSecurity = rowLevelSecurity.repository(Products.class);
            System.out.println(new PairedRounds(
                            CALLERS, rounds, slice, warmup, "raw r2dbc-pool, no tenant", () -> rawFindById(raw))
                    .way("repository, predicate", () -> findById(withPredicate))
                    .way("repository, row-level security, 100 tenants", () -> findById(withRowLevelSecurity))
                    .run());
            Mono.when(predicate.closeGracefully(), rowLevelSecurity.closeGracefully(), raw.disposeLater())
                    .block(PATIENCE);
            cluster.dropDatabase(open);
            cluster.dropDatabase(locked);
        }
        System.exit(0);
    }

    private static Sluice connect(TestDatabase database, Isolation isolation) {
        SluiceSettings settings = SluiceSettings.builder(database.url(), database.credentials(Role.APP))
                .isolation(isolation)
                .pool(PoolSettings.ofMax(CONNECTIONS))
                .build();
        return Objects.requireNonNull(Sluice.connect(settings).block(PATIENCE));
    }

    private static Publisher<?> findById(Products products) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return products.findById((long) random.nextInt(IDS)).contextWrite(ACCESS.get(random.nextInt(TENANTS)));
    }

    private static Publisher<?> rawFindById(ConnectionPool pool) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String tenant = NAMES.get(random.nextInt(TENANTS));
        long id = random.nextInt(IDS);
        return Mono.usingWhen(
                pool.create(),
                connection -> Flux.from(connection
                                .createStatement(SQL)
                                .bind(0, tenant)
                                .bind(1, id)
                                .execute())
                        .flatMap(result -> result.map(FindByIdBenchmark::map))
                        .single(),
                connection -> connection.close());
    }

    private static Product map(Readable row) {
        return new Product(row.get(0, Long.class), row.get(1, String.class), row.get(2, Long.class));
    }

    private static ConnectionPool rawPool(String url, Credentials login) {
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(url)
                .mutate()
                .option(ConnectionFactoryOptions.USER, login.username())
                .option(ConnectionFactoryOptions.PASSWORD, login.password())
                .option(
                        PostgresqlConnectionFactoryProvider.LOOP_RESOURCES,
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

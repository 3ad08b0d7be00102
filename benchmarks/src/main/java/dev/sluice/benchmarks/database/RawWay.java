package dev.sluice.benchmarks.database;

import dev.sluice.Credentials;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Through r2dbc-pool with the same SQL, without Sluice. */
public final class RawWay implements Way {

    /** What the repository sends, but for the group around it. */
    private static final String FIND = "select \"id\", \"name\", \"amount\" from \"public\".\"products\""
            + " where \"tenant_id\" = $1 and \"id\" = $2";

    private final ConnectionPool pool;

    /**
     * Connects all its connections.
     *
     * @param url the database
     * @param login the role
     * @param connections how many
     * @param acquireTimeout most time to get one; zero means no limit, which is r2dbc-pool's default
     */
    public RawWay(String url, Credentials login, int connections, Duration acquireTimeout) {
        pool = pool(url, login, connections, acquireTimeout);
    }

    /** A pool with all its connections open, and one event loop for each core. */
    public static ConnectionPool pool(String url, Credentials login, int connections, Duration acquireTimeout) {
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(url)
                .mutate()
                .option(ConnectionFactoryOptions.USER, login.username())
                .option(ConnectionFactoryOptions.PASSWORD, login.password())
                .option(
                        PostgresqlConnectionFactoryProvider.LOOP_RESOURCES,
                        LoopResources.create("raw", 1, Runtime.getRuntime().availableProcessors() | 1, true, false))
                .build();
        ConnectionPoolConfiguration.Builder configuration = ConnectionPoolConfiguration.builder(
                        ConnectionFactories.get(options))
                .initialSize(connections)
                .maxSize(connections)
                .acquireRetry(0);
        if (!acquireTimeout.isZero()) {
            configuration.maxAcquireTime(acquireTimeout);
        }
        ConnectionPool pool = new ConnectionPool(configuration.build());
        pool.warmup().block(ProductDatabase.PATIENCE);
        return pool;
    }

    @Override
    public String name() {
        return "raw r2dbc-pool";
    }

    @Override
    public Publisher<?> find(String tenant) {
        long id = ThreadLocalRandom.current().nextInt(ProductDatabase.IDS);
        return run(FIND, statement -> statement.bind(0, tenant).bind(1, id), RawWay::product);
    }

    @Override
    public Publisher<?> work(String tenant, Work work) {
        return run(work.sql(), statement -> statement.bind(0, work.parameter()), row -> row.get(0));
    }

    private static Product product(Readable row) {
        Long id = row.get(0, Long.class);
        Long amount = row.get(2, Long.class);
        String name = row.get(1, String.class);
        if (id == null || name == null || amount == null) {
            throw new IllegalStateException("a product without id, name or amount");
        }
        return new Product(id, name, amount);
    }

    private Publisher<?> run(
            String sql, UnaryOperator<Statement> bind, Function<? super Readable, @Nullable Object> mapper) {
        return Mono.usingWhen(
                pool.create(),
                connection -> Flux.from(
                                bind.apply(connection.createStatement(sql)).execute())
                        .flatMap(result -> result.map(mapper))
                        .single(),
                connection -> connection.close());
    }

    @Override
    public Mono<Void> close() {
        return pool.disposeLater();
    }
}

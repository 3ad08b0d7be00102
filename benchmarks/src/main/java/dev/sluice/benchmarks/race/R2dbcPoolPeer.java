package dev.sluice.benchmarks.race;

import dev.sluice.benchmarks.database.Product;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Through r2dbc-pool, written by hand. */
final class R2dbcPoolPeer implements Peer {

    private final ConnectionPool pool;

    R2dbcPoolPeer(ConnectionPool pool) {
        this.pool = pool;
    }

    @Override
    public Publisher<?> find(String tenant, long id) {
        return on(connection -> find(connection, tenant, id));
    }

    private static Mono<Product> find(Connection connection, String tenant, long id) {
        return rows(connection.createStatement(Statements.FIND).bind(0, tenant).bind(1, id))
                .singleOrEmpty();
    }

    @Override
    public Publisher<?> page(String tenant) {
        return on(connection -> rows(connection.createStatement(Statements.PAGE).bind(0, tenant))
                .collectList());
    }

    @Override
    public Publisher<?> insert(String tenant, Product product) {
        return on(connection -> insert(connection, tenant, product));
    }

    private static Mono<Long> insert(Connection connection, String tenant, Product product) {
        return affected(bind(connection.createStatement(Statements.INSERT), tenant, product));
    }

    @Override
    public Publisher<?> transaction(String tenant, long id, Product product) {
        return inTransaction(connection -> find(connection, tenant, id)
                .flatMap(found -> affected(connection
                        .createStatement(Statements.UPDATE)
                        .bind(0, tenant)
                        .bind(1, id)
                        .bind(2, found.amount() + 1)))
                .then(Mono.defer(() -> insert(connection, tenant, product))));
    }

    @Override
    public Publisher<?> insertAll(String tenant, List<Product> products) {
        return inTransaction(connection -> {
            Statement statement = connection.createStatement(Statements.INSERT);
            for (int i = 0; i < products.size(); i++) {
                bind(i == 0 ? statement : statement.add(), tenant, products.get(i));
            }
            return affected(statement);
        });
    }

    private static Statement bind(Statement statement, String tenant, Product product) {
        return statement
                .bind(0, tenant)
                .bind(1, product.id())
                .bind(2, product.name())
                .bind(3, product.amount());
    }

    private static Flux<Product> rows(Statement statement) {
        return Flux.from(statement.execute()).flatMap(result -> result.map(R2dbcPoolPeer::product));
    }

    private static Mono<Long> affected(Statement statement) {
        return Flux.from(statement.execute()).concatMap(Result::getRowsUpdated).reduce(0L, Long::sum);
    }

    private static Product product(Readable row) {
        return new Product(
                Objects.requireNonNull(row.get(0, Long.class)),
                Objects.requireNonNull(row.get(1, String.class)),
                Objects.requireNonNull(row.get(2, Long.class)));
    }

    private <T> Mono<T> on(Function<Connection, Mono<T>> work) {
        return Mono.usingWhen(pool.create(), work, Connection::close);
    }

    private <T> Mono<T> inTransaction(Function<Connection, Mono<T>> work) {
        return Mono.usingWhen(
                pool.create(),
                connection -> Mono.from(connection.beginTransaction())
                        .then(Mono.defer(() -> work.apply(connection)))
                        .flatMap(value ->
                                Mono.from(connection.commitTransaction()).thenReturn(value)),
                Connection::close,
                (connection, error) ->
                        Mono.from(connection.rollbackTransaction()).then(Mono.from(connection.close())),
                connection -> Mono.from(connection.rollbackTransaction()).then(Mono.from(connection.close())));
    }

    @Override
    public Mono<Void> close() {
        return pool.disposeLater();
    }
}

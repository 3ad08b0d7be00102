package dev.sluice.benchmarks.race;

import dev.sluice.benchmarks.database.Product;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Through the client of Vert.x: its pool, or for single statements its pooled client, which pipelines. */
final class VertxPeer implements Peer {

    private final Vertx vertx;
    private final SqlClient client;
    private final Pool pool;

    /**
     * @param vertx closed with this
     * @param client what single statements go through
     * @param pool what transactions go through; may be the same
     */
    VertxPeer(Vertx vertx, SqlClient client, Pool pool) {
        this.vertx = vertx;
        this.client = client;
        this.pool = pool;
    }

    @Override
    public Publisher<?> find(String tenant, long id) {
        return mono(find(client, tenant, id));
    }

    private static Future<Product> find(SqlClient on, String tenant, long id) {
        return on.preparedQuery(Statements.FIND)
                .execute(Tuple.of(tenant, id))
                .map(rows -> product(rows.iterator().next()));
    }

    @Override
    public Publisher<?> page(String tenant) {
        return mono(
                client.preparedQuery(Statements.PAGE).execute(Tuple.of(tenant)).map(rows -> StreamSupport.stream(
                                rows.spliterator(), false)
                        .map(VertxPeer::product)
                        .toList()));
    }

    @Override
    public Publisher<?> insert(String tenant, Product product) {
        return mono(insert(client, tenant, product));
    }

    private static Future<Integer> insert(SqlClient on, String tenant, Product product) {
        return on.preparedQuery(Statements.INSERT)
                .execute(tuple(tenant, product))
                .map(RowSet::rowCount);
    }

    @Override
    public Publisher<?> transaction(String tenant, long id, Product product) {
        return mono(pool.withTransaction(connection -> find(connection, tenant, id)
                .compose(found ->
                        connection.preparedQuery(Statements.UPDATE).execute(Tuple.of(tenant, id, found.amount() + 1)))
                .compose(updated -> insert(connection, tenant, product))));
    }

    @Override
    public Publisher<?> insertAll(String tenant, List<Product> products) {
        List<Tuple> tuples =
                products.stream().map(product -> tuple(tenant, product)).collect(Collectors.toList());
        return mono(pool.withTransaction(connection ->
                connection.preparedQuery(Statements.INSERT).executeBatch(tuples).map(RowSet::size)));
    }

    private static Tuple tuple(String tenant, Product product) {
        return Tuple.of(tenant, product.id(), product.name(), product.amount());
    }

    private static Product product(Row row) {
        return new Product(row.getLong(0), row.getString(1), row.getLong(2));
    }

    private static <T> Mono<T> mono(Future<T> future) {
        return Mono.create(sink -> future.onComplete(sink::success, sink::error));
    }

    @Override
    public Mono<Void> close() {
        return mono(client.close())
                .then(Mono.defer(() -> mono(pool.close())))
                .then(Mono.defer(() -> mono(vertx.close())));
    }
}

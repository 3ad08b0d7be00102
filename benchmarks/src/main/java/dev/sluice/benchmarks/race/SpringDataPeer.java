package dev.sluice.benchmarks.race;

import dev.sluice.benchmarks.database.Product;
import io.r2dbc.pool.ConnectionPool;
import java.util.List;
import org.reactivestreams.Publisher;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.data.r2dbc.repository.support.R2dbcRepositoryFactory;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/** Through a repository of Spring Data R2DBC on r2dbc-pool. */
final class SpringDataPeer implements Peer {

    private final ConnectionPool pool;
    private final SpringProducts products;
    private final TransactionalOperator transactions;

    SpringDataPeer(ConnectionPool pool) {
        this.pool = pool;
        this.products = new R2dbcRepositoryFactory(new R2dbcEntityTemplate(pool)).getRepository(SpringProducts.class);
        this.transactions = TransactionalOperator.create(new R2dbcTransactionManager(pool));
    }

    @Override
    public Publisher<?> find(String tenant, long id) {
        return products.findByTenantIdAndId(tenant, id);
    }

    @Override
    public Publisher<?> page(String tenant) {
        return products.findFirst50ByTenantIdOrderById(tenant).collectList();
    }

    @Override
    public Publisher<?> insert(String tenant, Product product) {
        return products.save(SpringProduct.of(tenant, product));
    }

    @Override
    public Publisher<?> transaction(String tenant, long id, Product product) {
        return transactions.transactional(products.findByTenantIdAndId(tenant, id)
                .flatMap(found -> products.changeAmount(tenant, id, found.amount() + 1))
                .then(Mono.defer(() -> products.save(SpringProduct.of(tenant, product)))));
    }

    @Override
    public Publisher<?> insertAll(String tenant, List<Product> rows) {
        return transactions.transactional(products.saveAll(
                        rows.stream().map(row -> SpringProduct.of(tenant, row)).toList())
                .count());
    }

    @Override
    public Mono<Void> close() {
        return pool.disposeLater();
    }
}

package dev.sluice.benchmarks.race;

import dev.sluice.AdmissionSettings;
import dev.sluice.Isolation;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.access.Access;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.benchmarks.database.Product;
import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.database.Products;
import dev.sluice.repository.PageRequest;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import java.util.List;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Through a repository of Sluice, each call for its tenant. */
final class SluicePeer implements Peer {

    // No tenant is held back: the others know of none.
    private static final int MOST_WAITING = 1_000;
    private static final PageRequest FIFTY = PageRequest.of(50);

    private final Sluice sluice;
    private final Products products;

    SluicePeer(TestDatabase database, Isolation isolation, PoolSettings pool) {
        SluiceSettings settings = SluiceSettings.builder(database.url(), database.credentials(Role.APP))
                .isolation(isolation)
                .pool(pool)
                .admission(AdmissionSettings.DEFAULT.withTenantDefaults(
                        new TenantLimits(pool.max(), 0, 1, MOST_WAITING, 0, PrincipalLimits.NONE)))
                .build();
        sluice = Objects.requireNonNull(Sluice.connect(settings).block(ProductDatabase.PATIENCE));
        products = sluice.repository(Products.class);
    }

    @Override
    public Publisher<?> find(String tenant, long id) {
        return products.findById(id).contextWrite(Access.tenant(tenant));
    }

    @Override
    public Publisher<?> page(String tenant) {
        return products.findPage(FIFTY).contextWrite(Access.tenant(tenant));
    }

    @Override
    public Publisher<?> insert(String tenant, Product product) {
        return products.insert(product).contextWrite(Access.tenant(tenant));
    }

    @Override
    public Publisher<?> transaction(String tenant, long id, Product product) {
        return sluice.inTransaction(() -> products.findById(id)
                        .flatMap(found -> products.update(new Product(found.id(), found.name(), found.amount() + 1)))
                        .then(Mono.defer(() -> products.insert(product))))
                .contextWrite(Access.tenant(tenant));
    }

    @Override
    public Publisher<?> insertAll(String tenant, List<Product> rows) {
        return products.insertAll(rows).contextWrite(Access.tenant(tenant));
    }

    @Override
    public Mono<Void> close() {
        return sluice.closeGracefully();
    }
}

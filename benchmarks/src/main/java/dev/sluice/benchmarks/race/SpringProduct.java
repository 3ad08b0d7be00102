package dev.sluice.benchmarks.race;

import dev.sluice.benchmarks.database.Product;
import org.springframework.data.annotation.Id;
import org.springframework.data.domain.Persistable;
import org.springframework.data.relational.core.mapping.Table;

/** A product as Spring Data maps it, which has no composite keys in R2DBC; always new when it is saved. */
@Table("products")
record SpringProduct(String tenantId, @Id Long id, String name, long amount) implements Persistable<Long> {

    static SpringProduct of(String tenant, Product product) {
        return new SpringProduct(tenant, product.id(), product.name(), product.amount());
    }

    @Override
    public Long getId() {
        return id;
    }

    @Override
    public boolean isNew() {
        return true;
    }
}

package dev.sluice.benchmarks.storm;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.database.Products;
import java.util.Random;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Calls of every kind, for tenants at random. */
final class Doomed {

    private static final int TENANTS = 20;

    private final Sluice sluice;
    private final Products products;

    Doomed(Sluice sluice) {
        this.sluice = sluice;
        this.products = sluice.repository(Products.class);
    }

    Flux<?> next(Random random) {
        return Flux.from(call(random)).contextWrite(Access.tenant(ProductDatabase.tenant(random.nextInt(TENANTS))));
    }

    private Publisher<?> call(Random random) {
        long id = random.nextInt(ProductDatabase.IDS);
        double seconds = random.nextInt(4) / 2_000.0;
        return switch (random.nextInt(5)) {
            case 0 -> products.sleep(seconds);
            case 1 -> products.findAll();
            case 2 -> sluice.inTransaction(() -> products.findById(id).then(products.sleep(seconds)));
            case 3 -> sluice.inTransaction(() -> products.compute(1_000).then(Mono.error(new Regret())));
            default -> products.findById(id);
        };
    }

    /** Has a transaction rolled back. */
    static final class Regret extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Regret() {
            super("the work of a transaction failed", null, false, false);
        }
    }
}

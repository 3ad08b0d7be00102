package dev.sluice.benchmarks.race;

import dev.sluice.benchmarks.database.Product;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** One way to do the calls of the race, on products of a tenant. Thread-safe. */
interface Peer {

    /** Whether a call holds its thread: then each caller has one of his own. */
    default boolean blocks() {
        return false;
    }

    /** Reads one product. */
    Publisher<?> find(String tenant, long id);

    /** Reads the first fifty products by id. */
    Publisher<?> page(String tenant);

    /** Inserts a product. */
    Publisher<?> insert(String tenant, Product product);

    /** Reads a product, changes it and inserts another, in one transaction. */
    Publisher<?> transaction(String tenant, long id, Product product);

    /** Inserts all, or none of them. */
    Publisher<?> insertAll(String tenant, List<Product> products);

    /** @return completes when its connections are closed */
    Mono<Void> close();
}

package dev.sluice.benchmarks.replica;

import dev.sluice.benchmarks.database.Product;
import dev.sluice.repository.Query;
import dev.sluice.repository.TenantRepository;
import reactor.core.publisher.Mono;

/** Reads that a replica may serve. */
public interface Reads extends TenantRepository<Product, Long> {

    /** Holds a connection for this long and no processor: the service time of a node whose capacity is known. */
    @Query("select 1 from hold(:seconds)")
    Mono<Long> hold(double seconds);
}

package dev.sluice.benchmarks.cache;

import dev.sluice.repository.Cached;
import dev.sluice.repository.Query;
import dev.sluice.repository.TenantRepository;
import reactor.core.publisher.Mono;

/** Reads that hold a connection for a while, unless they are answered by the cache. */
public interface Amounts extends TenantRepository<Amount, Long> {

    /** Holds a connection for this time, and no processor. */
    @Cached
    @Query("select amount from products where id = :id and hold(:seconds) = 1")
    Mono<Long> held(long id, double seconds);
}

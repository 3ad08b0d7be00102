package dev.sluice.benchmarks.database;

import dev.sluice.repository.Query;
import dev.sluice.repository.TenantRepository;
import reactor.core.publisher.Mono;

/** Point selects, and queries that hold a connection. */
public interface Products extends TenantRepository<Product, Long> {

    /** Holds a connection and no processor. */
    @Query("select 1 from pg_sleep(:seconds)")
    Mono<Long> sleep(double seconds);

    /** Holds a connection and a processor. */
    @Query("select count(*) from generate_series(1, :numbers) n where sqrt(n) * sqrt(n + 1) > 0")
    Mono<Long> compute(int numbers);
}

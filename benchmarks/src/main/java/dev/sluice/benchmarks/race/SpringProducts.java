package dev.sluice.benchmarks.race;

import org.springframework.data.r2dbc.repository.Modifying;
import org.springframework.data.r2dbc.repository.Query;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The products as a repository of Spring Data. */
interface SpringProducts extends ReactiveCrudRepository<SpringProduct, Long> {

    Mono<SpringProduct> findByTenantIdAndId(String tenantId, Long id);

    Flux<SpringProduct> findFirst50ByTenantIdOrderById(String tenantId);

    @Modifying
    @Query("update products set amount = :amount where tenant_id = :tenantId and id = :id")
    Mono<Integer> changeAmount(String tenantId, Long id, long amount);
}

package dev.sluice.spring.coherence;

import dev.sluice.repository.Cached;
import dev.sluice.repository.TenantRepository;
import reactor.core.publisher.Mono;

/** Cached counters. */
public interface Counters extends TenantRepository<Counter, Integer> {

    @Override
    @Cached(ttl = "1h")
    Mono<Counter> findById(Integer id);
}

package dev.sluice.tenant;

import java.util.Collection;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * Knows which tenants exist. It is asked at the edge (HTTP, message listeners), before work is accepted;
 * implementations should answer from memory or within a bounded time.
 */
@FunctionalInterface
public interface TenantDirectory {

    /**
     * Tells whether a tenant exists.
     *
     * @param tenant the tenant
     * @return {@code true} or {@code false}, never empty; an error if the directory cannot tell
     */
    Mono<Boolean> exists(TenantId tenant);

    /**
     * A fixed set of tenants.
     *
     * @param tenants all tenants that exist
     * @return a directory of exactly these
     */
    static TenantDirectory of(Collection<TenantId> tenants) {
        Set<TenantId> known = Set.copyOf(tenants);
        return tenant -> Mono.just(known.contains(tenant));
    }

    /**
     * Accepts every well-formed tenant id: for services whose tokens are the only source of tenants.
     *
     * @return a directory that knows everybody
     */
    static TenantDirectory any() {
        return tenant -> Mono.just(true);
    }
}

package dev.sluice.spring.web;

import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Tells whose a request is. A bean of this type replaces {@code sluice.web.tenant-resolver}. */
@FunctionalInterface
public interface TenantResolver {

    /**
     * Resolves the caller. Whether the tenant exists is checked afterwards.
     *
     * @param exchange the request
     * @return the caller; empty if the request names no tenant, which answers 401
     */
    Mono<Caller> resolve(ServerWebExchange exchange);
}

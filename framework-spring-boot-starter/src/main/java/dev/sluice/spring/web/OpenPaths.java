package dev.sluice.spring.web;

import org.springframework.web.server.ServerWebExchange;

/**
 * Tells which requests need no tenant. A bean of this type replaces {@code sluice.web.open-paths}; the
 * default security asks it too, for requests that need no token.
 */
@FunctionalInterface
public interface OpenPaths {

    /**
     * Tells whether a request needs no tenant.
     *
     * @param exchange the request
     * @return true if it passes without
     */
    boolean isOpen(ServerWebExchange exchange);
}

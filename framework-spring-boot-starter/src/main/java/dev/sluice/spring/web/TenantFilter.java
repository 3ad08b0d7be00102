package dev.sluice.spring.web;

import dev.sluice.access.Access;
import dev.sluice.access.AccessChange;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.tenant.MissingTenantException;
import dev.sluice.tenant.TenantDirectory;
import dev.sluice.tenant.TenantId;
import dev.sluice.tenant.UnknownTenantException;
import java.time.Duration;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Writes what a request's call carries to the Context of all that handles it, once its tenant is known to
 * exist.
 */
final class TenantFilter implements WebFilter, Ordered {

    /** Behind Spring Security, which is at -100. */
    static final int ORDER = -50;

    private final TenantResolver resolver;
    private final TenantDirectory directory;
    private final OpenPaths open;
    private final CallHeaders headers;
    private final Duration patience;

    TenantFilter(TenantResolver resolver, TenantDirectory directory, OpenPaths open, Duration callTimeout) {
        this.resolver = resolver;
        this.directory = directory;
        this.open = open;
        this.headers = new CallHeaders(callTimeout);
        this.patience = callTimeout;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (open.isOpen(exchange)) {
            return chain.filter(exchange);
        }
        return Mono.defer(() -> resolver.resolve(exchange))
                .switchIfEmpty(Mono.error(() -> new MissingTenantException("a request")))
                .flatMap(caller -> requireKnown(caller.tenant()).thenReturn(change(caller, exchange)))
                .flatMap(change -> chain.filter(exchange).contextWrite(change));
    }

    private AccessChange change(Caller caller, ServerWebExchange exchange) {
        AccessChange change = Access.tenant(caller.tenant());
        AccessChange named = caller.principal() == null ? change : change.principal(caller.principal());
        return headers.applyTo(named, exchange.getRequest().getHeaders());
    }

    private Mono<Void> requireKnown(TenantId tenant) {
        return directory
                .exists(tenant)
                .timeout(
                        patience,
                        Mono.error(() -> new DeadlineExceededException("the tenant directory", "executing", patience)))
                .defaultIfEmpty(false)
                .flatMap(known -> known ? Mono.empty() : Mono.error(() -> new UnknownTenantException(tenant)));
    }
}

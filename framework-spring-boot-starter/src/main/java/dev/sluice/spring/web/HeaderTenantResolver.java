package dev.sluice.spring.web;

import dev.sluice.tenant.TenantId;
import java.util.List;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The tenant of {@code X-Tenant-Id}: only behind a gateway that sets it and drops what callers send. */
final class HeaderTenantResolver implements TenantResolver {

    static final String HEADER = "X-Tenant-Id";

    @Override
    public Mono<Caller> resolve(ServerWebExchange exchange) {
        List<String> values = exchange.getRequest().getHeaders().getOrEmpty(HEADER);
        if (values.size() > 1) {
            throw new ProblemException(Problem.of(ProblemCode.INVALID, HEADER + ": several (expected: one)"));
        }
        return Mono.justOrEmpty(values.stream().findFirst().map(value -> new Caller(named(value), null)));
    }

    static TenantId named(String value) {
        try {
            return TenantId.of(value);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.of(ProblemCode.TENANT_UNKNOWN, "the tenant of the request is malformed"));
        }
    }
}

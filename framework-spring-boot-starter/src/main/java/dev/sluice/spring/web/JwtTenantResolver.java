package dev.sluice.spring.web;

import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The tenant of a claim of the token that Spring Security has verified. */
final class JwtTenantResolver implements TenantResolver {

    private final String tenantClaim;
    private final String principalClaim;

    JwtTenantResolver(String tenantClaim, String principalClaim) {
        this.tenantClaim = tenantClaim;
        this.principalClaim = principalClaim;
    }

    @Override
    public Mono<Caller> resolve(ServerWebExchange exchange) {
        return ReactiveSecurityContextHolder.getContext()
                .mapNotNull(SecurityContext::getAuthentication)
                .ofType(JwtAuthenticationToken.class)
                .mapNotNull(authentication -> caller(authentication.getToken()));
    }

    private @Nullable Caller caller(Jwt token) {
        String tenant = token.getClaimAsString(tenantClaim);
        return tenant == null
                ? null
                : new Caller(HeaderTenantResolver.named(tenant), token.getClaimAsString(principalClaim));
    }
}

package dev.sluice.spring.web;

import org.springframework.http.HttpHeaders;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.authorization.ServerAccessDeniedHandler;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Answers what Spring Security refuses with a problem document. For a security chain of the application's
 * own: its authentication entry point and access denied handler, both of the resource server and of exception
 * handling.
 */
public final class SecurityProblems implements ServerAuthenticationEntryPoint, ServerAccessDeniedHandler {

    private final ProblemWriter writer;

    SecurityProblems(ProblemWriter writer) {
        this.writer = writer;
    }

    /** 401 {@code tenant-missing}: a token that is missing or not valid names no tenant. */
    @Override
    public Mono<Void> commence(ServerWebExchange exchange, AuthenticationException refused) {
        HttpHeaders challenge = new HttpHeaders();
        challenge.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        return writer.write(
                exchange,
                Problem.of(ProblemCode.TENANT_MISSING, "the request has no valid token")
                        .with(challenge));
    }

    /** 403 {@code forbidden}. */
    @Override
    public Mono<Void> handle(ServerWebExchange exchange, AccessDeniedException refused) {
        return writer.write(exchange, Problem.of(ProblemCode.FORBIDDEN, "the token lacks the scope for this"));
    }
}

package dev.sluice.spring.web;

import dev.sluice.access.Access;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.token.InvalidTokenException;
import dev.sluice.r2dbc.token.SessionTokens;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Makes a request a part of its session: what it reads is at least what its {@code Sluice-Token} has seen, and the answer,
 * whatever it is, brings the token of all that was seen by the time that its first byte goes out. A request without a token
 * begins a session.
 */
final class SessionFilter implements WebFilter, Ordered {

    static final String TOKEN = "Sluice-Token";
    static final String NODE = "Sluice-Node";

    /** Before all that may answer, Spring Security and its refusals included. */
    static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

    private final SessionTokens tokens;
    private final R2dbcSluice sluice;
    private final boolean showsNode;

    SessionFilter(SessionTokens tokens, R2dbcSluice sluice, boolean showsNode) {
        this.tokens = tokens;
        this.sluice = sluice;
        this.showsNode = showsNode;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.defer(() -> {
            SessionPosition session;
            try {
                session = session(exchange.getRequest().getHeaders());
            } catch (InvalidTokenException | ProblemException e) {
                // A new one, so that who keeps the token of the last answer gets out of this.
                answerWith(sluice.newSession(), exchange.getResponse());
                return Mono.error(e);
            }
            answerWith(session, exchange.getResponse());
            return chain.filter(exchange).contextWrite(Access.session(session));
        });
    }

    private SessionPosition session(HttpHeaders headers) {
        String token = CallHeaders.only(TOKEN, headers);
        return token == null ? sluice.newSession() : tokens.read(token, sluice.systemIdentifier());
    }

    private void answerWith(SessionPosition session, ServerHttpResponse response) {
        response.beforeCommit(() -> Mono.fromRunnable(() -> {
            HttpHeaders headers = response.getHeaders();
            headers.set(TOKEN, tokens.issue(session, sluice.systemIdentifier()));
            String node = session.node();
            if (showsNode && node != null) {
                headers.set(NODE, node);
            }
        }));
    }
}

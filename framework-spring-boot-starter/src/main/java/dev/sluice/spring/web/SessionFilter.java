package dev.sluice.spring.web;

import dev.sluice.access.Access;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.token.InvalidTokenException;
import dev.sluice.r2dbc.token.SessionTokens;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Makes a request a part of its session: what it reads is at least what its {@code Sluice-Token} has seen, and the answer,
 * whatever it is, brings the token of all that was seen by the time that its first byte goes out.
 */
final class SessionFilter implements WebFilter, Ordered {

    static final String TOKEN = "Sluice-Token";
    static final String NODE = "Sluice-Node";

    /** Before all that may answer, Spring Security and its refusals included. */
    static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

    private final SessionTokens tokens;
    private final Supplier<OptionalLong> cluster;
    private final boolean showsNode;

    SessionFilter(SessionTokens tokens, Supplier<OptionalLong> cluster, boolean showsNode) {
        this.tokens = tokens;
        this.cluster = cluster;
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
                // One that has seen nothing, so that who keeps the token of the last answer gets out of this.
                answerWith(SessionPosition.none(), exchange.getResponse());
                return Mono.error(e);
            }
            answerWith(session, exchange.getResponse());
            return chain.filter(exchange).contextWrite(Access.session(session));
        });
    }

    private SessionPosition session(HttpHeaders headers) {
        String token = CallHeaders.only(TOKEN, headers);
        return token == null ? SessionPosition.none() : tokens.read(token, cluster.get());
    }

    private void answerWith(SessionPosition session, ServerHttpResponse response) {
        response.beforeCommit(() -> Mono.fromRunnable(() -> {
            HttpHeaders headers = response.getHeaders();
            headers.set(TOKEN, tokens.issue(session, cluster.get()));
            String node = session.node();
            if (showsNode && node != null) {
                headers.set(NODE, node);
            }
        }));
    }
}

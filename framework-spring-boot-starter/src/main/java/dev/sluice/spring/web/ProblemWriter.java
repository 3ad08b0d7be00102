package dev.sluice.spring.web;

import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.result.view.ViewResolver;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Writes problem documents, in JSON whatever the request accepts. */
final class ProblemWriter implements ServerResponse.Context {

    private final List<HttpMessageWriter<?>> writers;

    ProblemWriter(ServerCodecConfigurer codecs) {
        this.writers = codecs.getWriters();
    }

    Mono<Void> write(ServerWebExchange exchange, Problem problem) {
        return ServerResponse.status(problem.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .headers(headers -> problem.headers().forEach(headers::addAll))
                .bodyValue(problem.body(exchange.getRequest().getPath().value()))
                .flatMap(response -> response.writeTo(exchange, this));
    }

    @Override
    public List<HttpMessageWriter<?>> messageWriters() {
        return writers;
    }

    @Override
    public List<ViewResolver> viewResolvers() {
        return List.of();
    }
}

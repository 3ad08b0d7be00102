package com.example.review;

import java.util.UUID;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** Another system, over HTTP. */
public final class HttpSignals implements Signals {

    private final WebClient client;

    public HttpSignals(WebClient.Builder builder) {
        client = builder.baseUrl("http://signals.example").build();
    }

    @Override
    public Mono<String> ask(UUID id) {
        return client.get().uri("/signals/{id}", id).retrieve().bodyToMono(String.class);
    }
}

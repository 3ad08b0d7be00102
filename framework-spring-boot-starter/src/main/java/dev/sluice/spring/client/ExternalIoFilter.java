package dev.sluice.spring.client;

import dev.sluice.transaction.ExternalIo;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/** Asks the transaction of the Context, if there is one, before a request is sent. */
final class ExternalIoFilter implements ExchangeFilterFunction {

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return ExternalIo.guarded(next.exchange(request), nameOf(request));
    }

    // Without the path, which may hold ids and secrets.
    private static String nameOf(ClientRequest request) {
        return request.method().name() + " " + request.url().getHost();
    }
}

package dev.sluice.reference.dashboard;

import java.util.concurrent.atomic.AtomicLong;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** More requests of one tenant than it may have, until it is closed. */
final class Flood implements AutoCloseable {

    private static final int AT_ONCE = 48;

    private final AtomicLong refused = new AtomicLong();
    private final Disposable running;

    Flood(String url, String token) {
        WebClient client = WebClient.builder()
                .baseUrl(url)
                .defaultHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token)
                .build();
        running = Flux.range(0, AT_ONCE)
                .flatMap(number -> request(client).repeat(), AT_ONCE)
                .subscribe();
    }

    // One that is refused by the operating system, at the end of a test, is no matter here.
    private Mono<Void> request(WebClient client) {
        return client.get()
                .uri("/api/forecasts?limit=200")
                .exchangeToMono(answer -> {
                    if (answer.statusCode().value() == 429) {
                        refused.incrementAndGet();
                    }
                    return answer.releaseBody();
                })
                .onErrorComplete();
    }

    long refused() {
        return refused.get();
    }

    @Override
    public void close() {
        running.dispose();
    }
}

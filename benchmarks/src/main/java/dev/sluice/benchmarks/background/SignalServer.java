package dev.sluice.benchmarks.background;

import dev.sluice.transaction.ExternalIo;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;

/** The external service on loopback, 200 to 1,200 ms a call, and its client. */
final class SignalServer implements AutoCloseable {

    private final DisposableServer server = HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .route(routes -> routes.get(
                    "/signal",
                    (request, response) -> response.sendString(Mono.delay(Duration.ofMillis(
                                    ThreadLocalRandom.current().nextLong(200, 1_200)))
                            .thenReturn("rising"))))
            .bindNow();
    private final HttpClient client =
            HttpClient.create(ConnectionProvider.create("signals", 512)).baseUrl("http://127.0.0.1:" + server.port());

    Mono<String> ask() {
        return ExternalIo.guarded(
                client.get().uri("/signal").responseContent().aggregate().asString(), "GET signals");
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}

package dev.sluice.reference.demo;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/**
 * The other service that the demo's enricher asks: on loopback, each answer takes 200 to 1,200 ms, as such services do.
 */
final class SignalService implements AutoCloseable {

    private static final long FASTEST_MILLIS = 200;
    private static final long SLOWEST_MILLIS = 1_200;

    private final DisposableServer server;
    private final LoopResources loops;

    private SignalService(DisposableServer server, LoopResources loops) {
        this.server = server;
        this.loops = loops;
    }

    /** Starts it on a free port, on the thread that starts the application. */
    static SignalService start() {
        // Of its own: those that all servers share end with the first Spring context of the process that is closed.
        LoopResources loops = LoopResources.create("signals", 1, true);
        DisposableServer server = HttpServer.create()
                .runOn(loops)
                .host("127.0.0.1")
                .port(0)
                .route(routes -> routes.get(
                        "/signals/{industry}",
                        (request, response) -> response.sendString(Mono.delay(Duration.ofMillis(
                                        ThreadLocalRandom.current().nextLong(FASTEST_MILLIS, SLOWEST_MILLIS)))
                                .thenReturn(signal(String.valueOf(request.param("industry")))))))
                .bindNow();
        return new SignalService(server, loops);
    }

    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    @Override
    public void close() {
        server.dispose();
        loops.dispose();
    }

    private static String signal(String industry) {
        return switch (Math.floorMod(industry.hashCode(), 3)) {
            case 0 -> "rising";
            case 1 -> "steady";
            default -> "falling";
        };
    }
}

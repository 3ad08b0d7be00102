package dev.sluice.r2dbc.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * Opens connections on one event loop after the other, each loop with a driver of its own. Of one group with all loops
 * reactor-netty takes two turns for a connection, so that of an even number half would stay idle; an odd number is one
 * more than the processors, and costs a tenth of the CPU in switching between them. Thread-safe.
 */
final class DriverPerLoop implements ConnectionFactory {

    // Without it a loop ends once it has closed what was open, and leaves open what is opened while it does so.
    private static final Duration QUIET = Duration.ofMillis(20);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);

    private final List<LoopResources> loops;
    private final List<ConnectionFactory> drivers;
    private final AtomicInteger opened = new AtomicInteger();

    DriverPerLoop(String threads, int count, Function<LoopResources, ConnectionFactory> driver) {
        // Not colocated: a pool that is used from one event loop would else run all its connections on it (P6).
        loops = IntStream.rangeClosed(1, count)
                .mapToObj(i -> LoopResources.create(threads + "-" + i, 1, 1, true, false))
                .toList();
        // Now: one that is made for a connection which is opened while they are closed would never end.
        loops.forEach(loop -> loop.onClient(LoopResources.DEFAULT_NATIVE));
        drivers = loops.stream().map(driver).toList();
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.defer(() -> Mono.from(next().create()));
    }

    private ConnectionFactory next() {
        return drivers.get(Math.floorMod(opened.getAndIncrement(), drivers.size()));
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return drivers.get(0).getMetadata();
    }

    Mono<Void> close() {
        return Mono.when(loops.stream()
                .map(loop -> loop.disposeLater(QUIET, LONGEST_CLOSE))
                .toList());
    }
}

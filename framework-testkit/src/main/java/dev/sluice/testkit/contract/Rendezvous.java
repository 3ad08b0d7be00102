package dev.sluice.testkit.contract;

import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Lets nobody go on before all have come. */
final class Rendezvous {

    private final AtomicInteger missing;
    private final Sinks.Empty<Void> complete = Sinks.empty();

    Rendezvous(int parties) {
        missing = new AtomicInteger(parties);
    }

    /** Comes, and waits for the others. */
    Mono<Void> await() {
        return Mono.defer(() -> {
            if (missing.decrementAndGet() == 0) {
                complete.tryEmitEmpty().orThrow();
            }
            return complete.asMono();
        });
    }
}

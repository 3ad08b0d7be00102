package dev.sluice.r2dbc.work;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Ends rests early. Thread-safe. */
final class Bell {

    private final AtomicLong rings = new AtomicLong();
    private final Sinks.Many<Long> sound = Sinks.many().multicast().directBestEffort();

    /** To be asked before looking for work; a ring since then ends the rest at once. */
    long heard() {
        return rings.get();
    }

    void ring() {
        // Counted too: two that ring at once make one sound, and nobody may be listening yet.
        sound.tryEmitNext(rings.incrementAndGet());
    }

    /** Until somebody rings, or the time is over; null means until somebody rings. */
    Mono<Void> rest(long heard, @Nullable Duration most) {
        return Mono.firstWithSignal(
                        sound.asFlux().next(),
                        most == null ? Mono.never() : Mono.delay(most),
                        Mono.defer(() -> rings.get() == heard ? Mono.never() : Mono.just(heard)))
                .then();
    }
}

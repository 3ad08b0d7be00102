package dev.sluice.r2dbc.session;

import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/**
 * Counts the CancelRequests of one connection whose delivery was not acknowledged. Such a one may still hit whatever the
 * connection runs next, even long after its sender gave up on it. Thread-safe.
 */
final class CancelRequests {

    private final AtomicInteger unsettled = new AtomicInteger();

    /** Sends one; it is settled only when it completes, not when it fails or nobody waits for it any more. */
    Mono<Void> send(Mono<Void> request) {
        return Mono.defer(() -> {
            unsettled.incrementAndGet();
            return request.doOnSuccess(done -> unsettled.decrementAndGet());
        });
    }

    boolean anyUnsettled() {
        return unsettled.get() != 0;
    }
}

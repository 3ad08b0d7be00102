package dev.sluice.testkit.contract;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Many of one call, all at once. Closing cancels those that have not ended. */
final class Flood implements AutoCloseable {

    private final AtomicInteger unfinished;
    private final CompletableFuture<@Nullable Void> end;

    Flood(Mono<?> call, int calls) {
        this(call, calls, calls);
    }

    private Flood(Mono<?> call, int calls, int atOnce) {
        unfinished = new AtomicInteger(calls);
        end = Flux.range(0, calls)
                .flatMap(i -> call.doOnTerminate(unfinished::decrementAndGet).then(), atOnce)
                .then()
                .toFuture();
    }

    /** So many at once, and a new one for each that ends. */
    static Flood endless(Mono<?> call, int atOnce) {
        return new Flood(call, Integer.MAX_VALUE, atOnce);
    }

    int unfinished() {
        return unfinished.get();
    }

    boolean isOver() {
        return end.isDone();
    }

    /** Fails if a call has failed so far. */
    void mustBeWell() {
        if (end.isCompletedExceptionally()) {
            throw new AssertionError(
                    "a call of a flood failed",
                    end.handle((none, error) -> error).join());
        }
    }

    /** Waits for the end of all calls. */
    void mustEndWell(Duration within) {
        Mono.fromFuture(end.handle((none, error) -> true), true).block(within);
        mustBeWell();
    }

    @Override
    public void close() {
        end.cancel(true);
    }
}

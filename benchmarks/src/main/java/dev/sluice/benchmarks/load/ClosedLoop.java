package dev.sluice.benchmarks.load;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** So many callers, each of whom begins the next call when the last has ended. Runs until it is stopped. */
public final class ClosedLoop {

    /** Who was turned away does not come back at once. */
    private static final Duration AFTER_FAILURE = Duration.ofMillis(20);

    private final Outcomes outcomes = new Outcomes();
    private final long start = System.nanoTime();
    private final CompletableFuture<Void> end;
    private volatile boolean stopped;

    private ClosedLoop(int callers, Supplier<? extends Publisher<?>> call) {
        end = Flux.range(0, callers)
                .flatMap(caller -> loop(call), callers)
                .then()
                .toFuture();
    }

    /**
     * Starts the callers.
     *
     * @param callers how many
     * @param call makes one call; asked for each call anew
     * @return the loop, to be stopped
     */
    public static ClosedLoop start(int callers, Supplier<? extends Publisher<?>> call) {
        return new ClosedLoop(callers, call);
    }

    private Mono<Void> loop(Supplier<? extends Publisher<?>> call) {
        return Mono.defer(() -> once(call)).repeat(() -> !stopped).then();
    }

    private Mono<Void> once(Supplier<? extends Publisher<?>> call) {
        long begun = System.nanoTime();
        return Flux.from(call.get())
                .doOnComplete(() -> outcomes.succeeded(System.nanoTime() - begun))
                .then()
                .onErrorResume(error -> {
                    outcomes.failed(System.nanoTime() - begun, error);
                    return Mono.delay(AFTER_FAILURE).then();
                });
    }

    /** @return how the calls ended so far */
    public Outcomes outcomes() {
        return outcomes;
    }

    /** @return the answers per second since the start */
    public double perSecond() {
        return outcomes.successes() * 1e9 / (System.nanoTime() - start);
    }

    /**
     * Begins no more calls and waits for those that run.
     *
     * @param patience for how long
     * @return how the calls ended
     * @throws TimeoutException if some have not ended by then
     */
    public Outcomes stop(Duration patience) throws TimeoutException {
        stopped = true;
        try {
            end.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return outcomes;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while calls end", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the loop itself failed", e.getCause());
        }
    }
}

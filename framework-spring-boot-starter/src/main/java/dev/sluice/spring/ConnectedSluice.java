package dev.sluice.spring;

import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.r2dbc.R2dbcSluice;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;

/**
 * Owns the auto-configured Sluice from its connecting at start to its closing. It closes when the web server
 * has let its requests finish, and lets other work finish itself. This is the one place where the starter
 * waits.
 */
final class ConnectedSluice implements SmartLifecycle, DisposableBean {

    // Below the web server's two phases: what starts before it stops after it.
    static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

    private static final Logger log = LoggerFactory.getLogger(ConnectedSluice.class);

    private final R2dbcSluice sluice;
    private final Duration closeTimeout;
    private final AtomicReference<State> state = new AtomicReference<>(State.CONNECTED);

    private enum State {
        CONNECTED,
        RUNNING,
        CLOSING
    }

    private ConnectedSluice(R2dbcSluice sluice, Duration closeTimeout) {
        this.sluice = sluice;
        this.closeTimeout = closeTimeout;
    }

    static void prepare(BeforeConnect step, Duration patience) {
        Runnable rest = await(step.rest(), patience, "finding out what is to be done before (pool.acquire-timeout)");
        Objects.requireNonNull(rest, "what is to be done").run();
    }

    static ConnectedSluice connect(SluiceSettings settings) {
        Duration patience = settings.pool().acquireTimeout();
        Sluice sluice = await(Sluice.connect(settings), patience, "connecting (pool.acquire-timeout)");
        if (!(sluice instanceof R2dbcSluice connected)) {
            throw new IllegalStateException("Sluice.connect gave %s (expected: an R2dbcSluice)".formatted(sluice));
        }
        // A second more, so that the forced end of the last transaction is still waited for.
        return new ConnectedSluice(connected, settings.timeouts().transaction().plusSeconds(1));
    }

    R2dbcSluice sluice() {
        return sluice;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public void start() {
        state.compareAndSet(State.CONNECTED, State.RUNNING);
    }

    @Override
    public boolean isRunning() {
        return state.get() == State.RUNNING;
    }

    @Override
    public void stop() {
        destroy();
    }

    // The context waits for the callback, at most for spring.lifecycle.timeout-per-shutdown-phase.
    @Override
    public void stop(Runnable callback) {
        if (state.getAndSet(State.CLOSING) == State.CLOSING) {
            callback.run();
            return;
        }
        sluice.closeGracefully()
                .timeout(closeTimeout)
                .doFinally(signal -> callback.run())
                .subscribe(nothing -> {}, e -> log.warn("Sluice did not close in order: {}", e.toString()));
    }

    /** For a start that failed midway; else Sluice is closed by now. */
    @Override
    public void destroy() {
        if (state.getAndSet(State.CLOSING) != State.CLOSING) {
            await(sluice.closeGracefully(), closeTimeout, "closing (timeouts.transaction)");
        }
    }

    static <T> @Nullable T await(Mono<T> work, Duration patience, String what) {
        return work.timeout(patience)
                .onErrorMap(
                        TimeoutException.class,
                        e -> new IllegalStateException(
                                "Sluice: %s took longer than %d ms".formatted(what, patience.toMillis()), e))
                .block();
    }
}

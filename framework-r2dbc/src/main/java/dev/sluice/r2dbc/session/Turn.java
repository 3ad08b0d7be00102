package dev.sluice.r2dbc.session;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One call at a time has its turn on a session; a session that lost its connection has no more turns. Thread-safe. */
final class Turn {

    private static final String CONNECTION_DOES_NOT_EXIST = "08003";
    private static final String CONNECTION_FAILURE = "08006";
    private static final String OUTCOME_UNKNOWN = "08007";
    private static final int FREE = 0;
    private static final int TAKEN = 1;
    private static final int LOST = 2;
    private static final int LEFT_RUNNING = 3;

    private final AtomicInteger state = new AtomicInteger(FREE);
    private final AtomicReference<Sinks.@Nullable Empty<Void>> waiting = new AtomicReference<>();

    boolean take() {
        return state.compareAndSet(FREE, TAKEN);
    }

    void end() {
        state.compareAndSet(TAKEN, FREE);
        signal();
    }

    /** Ends all turns: the connection is gone, and the server may run what was sent still, or has said that it does not. */
    void lose(boolean stillRuns) {
        state.set(stillRuns ? LEFT_RUNNING : LOST);
        signal();
    }

    boolean isTaken() {
        return state.get() == TAKEN;
    }

    boolean isLost() {
        return state.get() >= LOST;
    }

    boolean isLeftRunning() {
        return state.get() == LEFT_RUNNING;
    }

    /** Completes once no call has its turn. */
    Mono<Void> ended() {
        return Mono.defer(() -> {
            if (!isTaken()) {
                return Mono.empty();
            }
            Sinks.Empty<Void> sink = waiting.updateAndGet(known -> known == null ? Sinks.empty() : known);
            if (!isTaken()) {
                signal();
            }
            return sink.asMono();
        });
    }

    private void signal() {
        if (waiting.get() != null) {
            Sinks.Empty<Void> sink = waiting.getAndSet(null);
            if (sink != null) {
                sink.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
            }
        }
    }

    /** The error for a statement whose connection was lost before the answer: alone it may have taken effect, or not. */
    static R2dbcNonTransientResourceException unanswered(String statement, boolean alone, Throwable lost) {
        return new R2dbcNonTransientResourceException(
                "%s: the connection was lost before the answer".formatted(statement),
                alone ? OUTCOME_UNKNOWN : CONNECTION_FAILURE,
                lost);
    }

    /** Why a caller did not get its turn. */
    RuntimeException refused(String statement) {
        return isLost()
                ? new R2dbcNonTransientResourceException(
                        "%s: the session's connection is closed".formatted(statement), CONNECTION_DOES_NOT_EXIST)
                : new IllegalStateException(
                        "%s: the session still answers another call; calls on one session go one after another"
                                .formatted(statement));
    }
}

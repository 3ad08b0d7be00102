package dev.sluice.r2dbc.session;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One call at a time has its turn on a session, or several that share it: pipelined ones, sent behind each other. A
 * session that lost its connection has no more turns. Thread-safe.
 */
final class Turn {

    private static final String CONNECTION_DOES_NOT_EXIST = "08003";
    private static final String CONNECTION_FAILURE = "08006";
    private static final String OUTCOME_UNKNOWN = "08007";
    // What is between is the number of calls that share the turn.
    private static final int LEFT_RUNNING = -2;
    private static final int LOST = -1;
    private static final int FREE = 0;
    private static final int ALONE = Integer.MAX_VALUE;

    private final AtomicInteger state = new AtomicInteger(FREE);
    private final AtomicReference<Sinks.@Nullable Empty<Void>> waiting = new AtomicReference<>();
    private final AtomicBoolean lossNoted = new AtomicBoolean();
    private volatile boolean serverEnds;

    /** Takes the turn alone. */
    boolean take() {
        return state.compareAndSet(FREE, ALONE);
    }

    /** Takes the turn, or shares it with others who share it. */
    boolean share() {
        int before = state.getAndUpdate(now -> isShareable(now) ? now + 1 : now);
        return isShareable(before);
    }

    private static boolean isShareable(int state) {
        return state >= FREE && state != ALONE;
    }

    /** Ends the turn of one call. */
    void end() {
        int left = state.updateAndGet(now -> now == ALONE ? FREE : now > FREE ? now - 1 : now);
        if (left <= FREE) {
            signal();
        }
    }

    /** The server has said that it ends the connection: nothing of what was sent on it runs any more. */
    void serverEnds() {
        serverEnds = true;
    }

    /** Ends all turns: the connection is gone, and the server may run what was sent still, or has said that it does not. */
    void lose(boolean stillRuns) {
        boolean runs = stillRuns && !serverEnds;
        state.updateAndGet(now -> runs || now == LEFT_RUNNING ? LEFT_RUNNING : LOST);
        signal();
    }

    /** Whether nobody has noted it before. */
    boolean noteLoss() {
        return lossNoted.compareAndSet(false, true);
    }

    boolean isTaken() {
        return state.get() > FREE;
    }

    boolean isLost() {
        return state.get() < FREE;
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

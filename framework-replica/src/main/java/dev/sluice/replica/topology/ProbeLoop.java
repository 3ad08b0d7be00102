package dev.sluice.replica.topology;

import dev.sluice.consistency.Lsn;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks one node again and again, one question at a time: what it is, at the monitor's pace; and where it stands, every 2 ms,
 * while somebody waits for that. Thread-safe.
 */
final class ProbeLoop {

    /** Is told of what the questions brought, one at a time for each node. */
    interface Listener {

        void answered(NodeAnswer answer, long asked);

        void positioned(Lsn lsn);

        void failed(Throwable error);

        /** Whether it is worth asking for the position. */
        boolean isAwaited();
    }

    private final Probe probe;
    private final Pace pace;
    private final Listener listener;
    private final Scheduler scheduler;
    private final LongSupplier clock;

    // Guarded by this.
    private boolean asking;
    private boolean closed;
    private long askAt;
    private long pollAt;
    private long notBefore;
    private @Nullable Disposable timer;

    ProbeLoop(Probe probe, Pace pace, Listener listener, Scheduler scheduler, LongSupplier clock) {
        this.probe = probe;
        this.pace = pace;
        this.listener = listener;
        this.scheduler = scheduler;
        this.clock = clock;
    }

    /** Asks the first time. */
    synchronized void start() {
        long now = clock.getAsLong();
        askAt = now;
        pollAt = now;
        notBefore = now;
        arm(now);
    }

    /** The connection was lost between two questions. */
    void lost(Throwable error) {
        fail(error);
        hurry();
    }

    /** Asks as soon as it may. */
    synchronized void hurry() {
        askAt = notBefore;
        arm(clock.getAsLong());
    }

    /** Somebody waits for a position from now on. */
    synchronized void poll() {
        arm(clock.getAsLong());
    }

    /** Asks nothing more, and closes the connection. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            end();
            return probe.close();
        });
    }

    private synchronized void end() {
        closed = true;
        disarm();
    }

    private void disarm() {
        if (timer != null) {
            timer.dispose();
            timer = null;
        }
    }

    private void arm(long now) {
        disarm();
        if (!asking && !closed) {
            long next = listener.isAwaited() && pollAt - askAt < 0 ? pollAt : askAt;
            timer = scheduler.schedule(this::tick, Math.max(0, next - now), TimeUnit.NANOSECONDS);
        }
    }

    private void tick() {
        long now = clock.getAsLong();
        boolean whole;
        synchronized (this) {
            if (asking || closed) {
                return;
            }
            whole = askAt - now <= 0;
            if (!whole && (pollAt - now > 0 || !listener.isAwaited())) {
                arm(now);
                return;
            }
            asking = true;
        }
        if (whole) {
            ask(now);
        } else {
            askPosition();
        }
    }

    private void ask(long asked) {
        probe.ask()
                .subscribe(
                        answer -> {
                            listener.answered(answer, asked);
                            askAgain(asked, Pace.LEAST);
                        },
                        error -> {
                            fail(error);
                            askAgain(asked, isRefusedLogin(error) ? Pace.AFTER_REFUSED_LOGIN : Pace.LEAST);
                        });
    }

    private void askPosition() {
        probe.position()
                .subscribe(
                        lsn -> {
                            listener.positioned(lsn);
                            pollAgain(false);
                        },
                        error -> {
                            fail(error);
                            pollAgain(true);
                        });
    }

    private void fail(Throwable error) {
        if (!isClosed()) {
            listener.failed(error);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void askAgain(long asked, Duration pause) {
        long now = clock.getAsLong();
        asking = false;
        notBefore = asked + pause.toNanos();
        askAt = asked + Math.max(pause.toNanos(), pace.nanos(now));
        pollAt = now + Pace.POLL.toNanos();
        arm(now);
    }

    private synchronized void pollAgain(boolean failed) {
        long now = clock.getAsLong();
        asking = false;
        pollAt = now + Pace.POLL.toNanos();
        if (failed) {
            askAt = notBefore;
        }
        arm(now);
    }

    private static boolean isRefusedLogin(Throwable error) {
        return error instanceof R2dbcException refused
                && refused.getSqlState() != null
                && refused.getSqlState().startsWith("28");
    }
}

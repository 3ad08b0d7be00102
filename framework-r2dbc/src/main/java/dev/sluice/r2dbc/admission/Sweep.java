package dev.sluice.r2dbc.admission;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/**
 * Looks for passed deadlines every {@link #PERIOD}, as long as there is something to look at. A timer for each call would
 * cost more than most calls spend in Sluice; almost none of them ever fires. Thread-safe.
 */
public final class Sweep {

    /** The resolution: a deadline is noticed at most this much late. */
    public static final Duration PERIOD = Duration.ofMillis(10);

    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    private final Scheduler scheduler;
    private final BooleanSupplier look;
    private final AtomicBoolean running = new AtomicBoolean();

    /**
     * @param scheduler where to look
     * @param look looks once, and tells whether there is anything left to look at; called by one thread at a time
     */
    public Sweep(Scheduler scheduler, BooleanSupplier look) {
        this.scheduler = scheduler;
        this.look = look;
    }

    /** Makes sure that somebody looks; to be called after something with a deadline was added. */
    public void ensureRunning() {
        if (!running.get() && running.compareAndSet(false, true)) {
            next();
        }
    }

    private void next() {
        scheduler.schedule(this::sweep, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        if (somethingIsLeft()) {
            next();
            return;
        }
        running.set(false);
        // What was added meanwhile saw us running and relies on us.
        if (somethingIsLeft()) {
            ensureRunning();
        }
    }

    // Looking tells subscribers that their time is over, and what one of them throws must not end the deadlines of all.
    private boolean somethingIsLeft() {
        try {
            return look.getAsBoolean();
        } catch (RuntimeException | Error e) {
            LOG.error("A subscriber failed when it was told that its deadline had passed", e);
            return true;
        }
    }
}

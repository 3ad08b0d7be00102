package dev.sluice.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a condition with a deadline, so that no test sleeps. Blocks the calling thread; looks every 5 ms.
 */
public final class Await {

    private static final long PERIOD_NANOS = 5_000_000;

    private Await() {}

    /**
     * Returns as soon as {@code condition} holds.
     *
     * @param within how long to wait at most; the condition is evaluated at least once, even when zero
     * @param condition what must become true; an exception or a failed assertion counts as
     *     "not yet" and is kept as the cause
     * @param description what is awaited, for the message: "the standby streams"
     * @throws AssertionError when the time is over, with what the condition threw last as its cause
     */
    public static void until(Duration within, Callable<Boolean> condition, String description) {
        long start = System.nanoTime();
        @Nullable Throwable last = null;
        while (true) {
            try {
                if (condition.call()) {
                    return;
                }
                last = null;
            } catch (Exception | AssertionError e) {
                last = e;
            }
            if (System.nanoTime() - start >= within.toNanos()) {
                throw new AssertionError("still waiting after " + within.toMillis() + " ms for: " + description, last);
            }
            LockSupport.parkNanos(PERIOD_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while waiting for: " + description, last);
            }
        }
    }
}

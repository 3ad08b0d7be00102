package dev.sluice.testkit.contract;

import java.util.concurrent.locks.LockSupport;

/**
 * What the machine itself costs: the longest that a thread was kept waiting which wanted to run each millisecond, if that was
 * longer than any machine takes to wake one up. For one thread, which begins and ends it.
 */
final class Pauses {

    private static final long PERIOD_NANOS = 1_000_000;
    private static final long USUAL_NANOS = 5_000_000;

    private final Thread watch = new Thread(this::look, "sluice-testkit-pauses");
    private final long begunNanos = System.nanoTime();
    private volatile long overNanos = Long.MAX_VALUE;
    // Written by the watch alone, and read when that has ended.
    private long longestNanos;

    private Pauses() {}

    static Pauses begin() {
        Pauses pauses = new Pauses();
        pauses.watch.setDaemon(true);
        pauses.watch.start();
        return pauses;
    }

    private void look() {
        long last = begunNanos;
        long end;
        do {
            LockSupport.parkNanos(PERIOD_NANOS);
            end = Math.min(System.nanoTime(), overNanos);
            longestNanos = Math.max(longestNanos, end - last - PERIOD_NANOS);
            last = end;
        } while (end < overNanos);
    }

    /** @return the longest one until now, in nanoseconds; 0 if it is none to speak of */
    long end() {
        overNanos = System.nanoTime();
        boolean interrupted = false;
        while (watch.isAlive()) {
            try {
                watch.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return longestNanos < USUAL_NANOS ? 0 : longestNanos;
    }
}

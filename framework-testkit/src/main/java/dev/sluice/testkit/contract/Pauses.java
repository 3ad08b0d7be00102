package dev.sluice.testkit.contract;

import java.util.concurrent.locks.LockSupport;

/**
 * What the machine itself costs: the longest that a thread was kept waiting which wanted to run each millisecond. For one
 * thread, which begins and ends it.
 */
final class Pauses {

    private static final long PERIOD_NANOS = 1_000_000;

    private final Thread watch = new Thread(this::look, "sluice-testkit-pauses");
    private final long begunNanos = System.nanoTime();
    private volatile boolean over;
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
        boolean wasOver;
        do {
            wasOver = over;
            LockSupport.parkNanos(PERIOD_NANOS);
            long now = System.nanoTime();
            longestNanos = Math.max(longestNanos, now - last - PERIOD_NANOS);
            last = now;
        } while (!wasOver);
    }

    /** @return the longest one, in nanoseconds */
    long end() {
        over = true;
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
        return longestNanos;
    }
}

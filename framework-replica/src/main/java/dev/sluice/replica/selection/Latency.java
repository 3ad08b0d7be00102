package dev.sluice.replica.selection;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How long the calls of a node take at least: the shortest one of two windows of a quarter of a second each, the last in which
 * any was answered. What delays single calls (a busy machine, a lock, a long query) leaves the shortest as it is, and a node that
 * has become slow shows within half a second. After five seconds without an answer nothing is known, so that a node that was
 * slow is tried again. Nothing is known in the first second of a node either: the first calls of new connections are slow
 * everywhere, and whoever was a little slower would not be asked again. Thread-safe.
 */
final class Latency {

    private static final long WINDOW_NANOS = 250_000_000;
    private static final int REMEMBERED_WINDOWS = 20;
    private static final long FIRST_NANOS = 1_000_000_000;
    private static final long UNKNOWN = Long.MIN_VALUE;

    // The number of a window and its shortest call in nanoseconds, as a float: one word, so that no reader mixes two.
    private final AtomicLong current = new AtomicLong(UNKNOWN);
    private volatile long previous = UNKNOWN;
    private volatile long begunAt;

    /** Adds a sample. */
    void observe(long nanos, long now) {
        long known = current.get();
        if (known == UNKNOWN) {
            begunAt = now;
        }
        while (known == UNKNOWN || age(known, now) > 0 || nanos < shortest(known)) {
            boolean next = known == UNKNOWN || age(known, now) > 0;
            if (current.compareAndSet(known, pack(next ? now / WINDOW_NANOS : known >> 32, nanos))) {
                if (next) {
                    previous = known;
                }
                return;
            }
            known = current.get();
        }
    }

    /** @return the shortest call in nanoseconds; 0 if it is not known */
    float nanos(long now) {
        long known = current.get();
        if (known == UNKNOWN || now - begunAt < FIRST_NANOS || age(known, now) >= REMEMBERED_WINDOWS) {
            return 0;
        }
        long before = previous;
        return before == UNKNOWN || age(before, now) >= REMEMBERED_WINDOWS
                ? shortest(known)
                : Math.min(shortest(known), shortest(before));
    }

    void forget() {
        current.set(UNKNOWN);
        previous = UNKNOWN;
    }

    private static long pack(long window, long nanos) {
        return window << 32 | Float.floatToIntBits((float) Math.max(1, nanos));
    }

    private static float shortest(long packed) {
        return Float.intBitsToFloat((int) packed);
    }

    private static int age(long packed, long now) {
        return (int) (now / WINDOW_NANOS) - (int) (packed >> 32);
    }
}

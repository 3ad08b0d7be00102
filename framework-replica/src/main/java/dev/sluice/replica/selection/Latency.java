package dev.sluice.replica.selection;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How long the calls of a node take at least: the shortest one of this window and of the one before. A window is over with its
 * quarter of a second once it has eight calls, and after two and a half seconds in any case. What delays single calls (a busy
 * machine, a lock, a long query, a pause of the process) leaves the shortest as it is, and a node that has become slow shows
 * within half a second or sixteen calls, whichever is later, and within five seconds. Five seconds after the begin of the last
 * window nothing is known, so that a node that was slow is tried again. Nothing is known in the first second of a node either:
 * the first calls of new connections are slow everywhere, and whoever was a little slower would not be asked again. Thread-safe.
 */
final class Latency {

    private static final long WINDOW_NANOS = 250_000_000;
    private static final int ENOUGH_CALLS = 8;
    private static final int LONGEST_WINDOW = 10;
    private static final int REMEMBERED_WINDOWS = 20;
    private static final long FIRST_NANOS = 1_000_000_000;
    private static final long UNKNOWN = Long.MIN_VALUE;
    private static final int NUMBER_SHIFT = 36;
    private static final int CALLS_SHIFT = 32;

    // The number of a window (28 bits), its calls up to enough (4), its shortest in nanoseconds as a float: one word,
    // so that no two are mixed, and nothing is written by a call that changes none of them.
    private final AtomicLong current = new AtomicLong(UNKNOWN);
    private volatile long previous = UNKNOWN;
    private volatile long begunAt;

    /** Adds a sample. */
    void observe(long nanos, long now) {
        while (true) {
            long known = current.get();
            if (known == UNKNOWN) {
                begunAt = now;
            }
            boolean over = isOver(known, now);
            long next = over ? pack(now / WINDOW_NANOS, 1, (float) nanos) : with(known, nanos);
            if (next == known) {
                return;
            }
            if (current.compareAndSet(known, next)) {
                if (over) {
                    previous = known;
                }
                return;
            }
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

    private static boolean isOver(long known, long now) {
        return known == UNKNOWN
                || age(known, now) >= LONGEST_WINDOW
                || age(known, now) > 0 && calls(known) >= ENOUGH_CALLS;
    }

    private static long with(long known, long nanos) {
        return pack(
                known >> NUMBER_SHIFT,
                Math.min(ENOUGH_CALLS, calls(known) + 1),
                Math.min((float) nanos, shortest(known)));
    }

    private static long pack(long window, int calls, float nanos) {
        return window << NUMBER_SHIFT | (long) calls << CALLS_SHIFT | Float.floatToIntBits(Math.max(1, nanos));
    }

    private static int calls(long packed) {
        return (int) (packed >> CALLS_SHIFT) & 0xF;
    }

    private static float shortest(long packed) {
        return Float.intBitsToFloat((int) packed);
    }

    // Of numbers that have lost their upper bits, as packing does.
    private static int age(long packed, long now) {
        return (int) ((now / WINDOW_NANOS - (packed >> NUMBER_SHIFT)) << NUMBER_SHIFT >> NUMBER_SHIFT);
    }
}

package dev.sluice.replica.selection;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long the calls of a node take at least: the shortest one of two windows, each of a quarter of a second and of eight calls
 * or longer. What delays single calls (a busy machine, a lock, a long query) leaves the shortest as it is, nor do the few calls
 * beside a pause of the process raise it, and a node that has become slow shows within half a second or 16 calls. After five
 * seconds with fewer nothing is known, so that a node that was slow is tried again. Nothing is known in the first second of a
 * node either: the first calls of new connections are slow everywhere, and whoever was a little slower would not be asked again.
 * Thread-safe.
 */
final class Latency {

    private static final long WINDOW_NANOS = 250_000_000;
    private static final int LEAST_CALLS = 8;
    private static final int REMEMBERED_WINDOWS = 20;
    private static final long FIRST_NANOS = 1_000_000_000;
    private static final long UNKNOWN = Long.MIN_VALUE;

    // The number of a window and its shortest call in nanoseconds, as a float: one word, so that no reader mixes two.
    private final AtomicLong current = new AtomicLong(UNKNOWN);
    // Of the current window, about: a call that meets the change of windows may be missed.
    private final AtomicInteger calls = new AtomicInteger();
    private volatile long previous = UNKNOWN;
    private volatile long begunAt;

    /** Adds a sample. */
    void observe(long nanos, long now) {
        long known = current.get();
        if (known == UNKNOWN) {
            begunAt = now;
        }
        int before = calls.getAndIncrement();
        boolean next = isOver(known, before, now);
        while (next || nanos < shortest(known)) {
            if (current.compareAndSet(known, pack(next ? now / WINDOW_NANOS : known >> 32, nanos))) {
                if (next) {
                    previous = known;
                    calls.set(1);
                }
                return;
            }
            known = current.get();
            next = isOver(known, before, now);
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

    private static boolean isOver(long known, int calls, long now) {
        return known == UNKNOWN
                || age(known, now) > 0 && (calls >= LEAST_CALLS || age(known, now) >= REMEMBERED_WINDOWS);
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

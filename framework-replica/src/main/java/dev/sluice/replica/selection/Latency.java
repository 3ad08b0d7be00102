package dev.sluice.replica.selection;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How long the calls of a node take: a mean in which a sample counts for the time since the one before it, so that a single slow
 * query is nothing, and a slow node shows within a tenth of a second. It decays while nobody calls, so that a node that
 * was slow is tried again. Of a node that is young it is the mean of its whole life, and nothing in its first second: the first
 * calls of new connections are slow everywhere, and would else be remembered longer than they lasted. Thread-safe.
 */
final class Latency {

    private static final int DECAY_MILLIS = 10_000;
    private static final int SHORTEST_LIFE_MILLIS = 1_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long UNKNOWN = Long.MIN_VALUE;

    // The mean in nanoseconds as a float, and when it was made, in milliseconds: one word, so that no reader mixes two.
    private final AtomicLong state = new AtomicLong(UNKNOWN);
    private volatile long begunAt;

    /** Adds a sample; of those within one millisecond the first counts. */
    void observe(long nanos, long now) {
        long before = state.get();
        if (before == UNKNOWN) {
            begunAt = now;
            state.compareAndSet(before, pack((float) nanos, now));
            return;
        }
        int passed = millisSince(before, now);
        if (passed > 0) {
            double kept = kept(before, passed);
            state.compareAndSet(before, pack((float) (mean(before) * kept + nanos * (1 - kept)), now));
        }
    }

    /** @return the mean in nanoseconds; 0 if it is not known */
    float nanos(long now) {
        long known = state.get();
        if (known == UNKNOWN || (now - begunAt) / NANOS_PER_MILLI < SHORTEST_LIFE_MILLIS) {
            return 0;
        }
        int passed = millisSince(known, now);
        // Too little to be worth an exponential on the way of each call.
        return passed < 100 ? mean(known) : (float) (mean(known) * kept(known, passed));
    }

    void forget() {
        state.set(UNKNOWN);
    }

    // What a mean is remembered for is the time that it was made in.
    private double kept(long known, int passed) {
        int life = (int) known - (int) (begunAt / NANOS_PER_MILLI);
        return Math.exp((double) -passed / (life < 0 ? DECAY_MILLIS : Math.max(1, Math.min(DECAY_MILLIS, life))));
    }

    private static long pack(float mean, long now) {
        return (long) Float.floatToIntBits(mean) << 32 | (now / NANOS_PER_MILLI) & 0xFFFF_FFFFL;
    }

    private static float mean(long packed) {
        return Float.intBitsToFloat((int) (packed >>> 32));
    }

    private static int millisSince(long packed, long now) {
        return Math.max(0, (int) (now / NANOS_PER_MILLI) - (int) packed);
    }
}

package dev.sluice.spring.alert;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Times of the last minute, in twelve slots of five seconds, counted by bucket. Quantiles are those that Prometheus computes
 * of the same buckets: evenly spread within each. Thread-safe, never blocks; a value that is counted while its slot is
 * replaced may be lost.
 */
final class MinuteHistogram {

    private static final long SLOT_NANOS = 5_000_000_000L;
    private static final int SLOTS = 12;
    private static final double[] SECONDS = {0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30};

    private final LongSupplier nanoTime;
    private final AtomicReferenceArray<Slot> slots = new AtomicReferenceArray<>(SLOTS);

    MinuteHistogram(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void record(long nanos) {
        now().counts[bucket(nanos / 1e9)].increment();
    }

    /** @return in seconds; NaN if nothing was recorded in the last minute */
    double quantile(double quantile) {
        long[] counts = counts();
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        if (total == 0) {
            return Double.NaN;
        }
        double rank = quantile * total;
        long below = 0;
        for (int i = 0; i < SECONDS.length; i++) {
            if (below + counts[i] >= rank) {
                double from = i == 0 ? 0 : SECONDS[i - 1];
                return from + (SECONDS[i] - from) * (rank - below) / counts[i];
            }
            below += counts[i];
        }
        return SECONDS[SECONDS.length - 1];
    }

    long count() {
        long total = 0;
        for (long count : counts()) {
            total += count;
        }
        return total;
    }

    private long[] counts() {
        long[] counts = new long[SECONDS.length + 1];
        long epoch = epoch();
        for (int i = 0; i < SLOTS; i++) {
            Slot slot = slots.get(i);
            if (slot != null && epoch - slot.epoch < SLOTS) {
                for (int bucket = 0; bucket < counts.length; bucket++) {
                    counts[bucket] += slot.counts[bucket].sum();
                }
            }
        }
        return counts;
    }

    private Slot now() {
        long epoch = epoch();
        int index = (int) Math.floorMod(epoch, (long) SLOTS);
        Slot slot = slots.get(index);
        if (slot != null && slot.epoch == epoch) {
            return slot;
        }
        Slot fresh = new Slot(epoch);
        return slots.compareAndSet(index, slot, fresh) ? fresh : slots.get(index);
    }

    private long epoch() {
        return Math.floorDiv(nanoTime.getAsLong(), SLOT_NANOS);
    }

    private static int bucket(double seconds) {
        int bucket = 0;
        while (bucket < SECONDS.length && seconds > SECONDS[bucket]) {
            bucket++;
        }
        return bucket;
    }

    private static final class Slot {

        private final long epoch;
        private final LongAdder[] counts = new LongAdder[SECONDS.length + 1];

        Slot(long epoch) {
            this.epoch = epoch;
            for (int i = 0; i < counts.length; i++) {
                counts[i] = new LongAdder();
            }
        }
    }
}

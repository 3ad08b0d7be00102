package dev.sluice.spring.alert;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The longest of some times, forgotten after a while unless as long a one came again. Thread-safe, never blocks. */
final class RecentMaximum {

    private final LongSupplier nanoTime;
    private final long forgetAfterNanos;
    private final AtomicReference<@Nullable Longest> longest = new AtomicReference<>();

    private record Longest(long nanos, long atNanos) {}

    RecentMaximum(LongSupplier nanoTime, long forgetAfterNanos) {
        this.nanoTime = nanoTime;
        this.forgetAfterNanos = forgetAfterNanos;
    }

    void record(long nanos) {
        long now = nanoTime.getAsLong();
        longest.accumulateAndGet(
                new Longest(nanos, now),
                (old, fresh) -> old == null || isOver(old, now) || fresh.nanos >= old.nanos ? fresh : old);
    }

    /** @return in seconds; NaN if there was none for a while */
    double seconds() {
        Longest now = longest.get();
        return now == null || isOver(now, nanoTime.getAsLong()) ? Double.NaN : now.nanos / 1e9;
    }

    private boolean isOver(Longest longest, long nowNanos) {
        return nowNanos - longest.atNanos > forgetAfterNanos;
    }
}

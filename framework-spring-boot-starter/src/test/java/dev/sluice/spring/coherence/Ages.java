package dev.sluice.spring.coherence;

import java.util.Locale;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What readers were given in one phase. */
final class Ages {

    final LongAdder reads = new LongAdder();
    final LongAdder failures = new LongAdder();
    /** Reads with a token that did not show what the token stands for. */
    final LongAdder staleWithToken = new LongAdder();

    final LongAdder foreign = new LongAdder();
    private final AtomicLong longest = new AtomicLong();
    /** Milliseconds by how often; the others were current. */
    private final ConcurrentSkipListMap<Long, LongAdder> stale = new ConcurrentSkipListMap<>();

    void stale(long nanos) {
        longest.accumulateAndGet(nanos, Math::max);
        stale.computeIfAbsent(nanos / 1_000_000, age -> new LongAdder()).increment();
    }

    double longestMillis() {
        return longest.get() / 1e6;
    }

    long staleReads() {
        return stale.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** Of the stale ones: the age that so many of them do not exceed; 0 if there were none. */
    double millisAt(double percentile) {
        long left = (long) Math.ceil(staleReads() * percentile / 100);
        for (var age : stale.entrySet()) {
            left -= age.getValue().sum();
            if (left <= 0) {
                return age.getKey() + 1;
            }
        }
        return 0;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d reads, %d failed, %d stale (p50 %.0f ms, p99.9 %.0f ms, longest %.0f ms), %d stale with a token, %d foreign",
                reads.sum(),
                failures.sum(),
                staleReads(),
                millisAt(50),
                millisAt(99.9),
                longestMillis(),
                staleWithToken.sum(),
                foreign.sum());
    }
}

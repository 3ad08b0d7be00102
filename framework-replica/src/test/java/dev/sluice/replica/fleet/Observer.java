package dev.sluice.replica.fleet;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Knows what one session has written and read, by the versions themselves and by nothing that routes. One call at a time.
 */
final class Observer {

    private final long[] written;
    private final long[] seen;
    private final Findings findings;

    Observer(int keys, Findings findings) {
        this.written = new long[keys];
        this.seen = new long[keys];
        this.findings = findings;
    }

    /** What all observers have found. */
    record Findings(AtomicLong reads, AtomicLong writes, AtomicLong failures, AtomicLong stale, AtomicLong backward) {

        Findings() {
            this(new AtomicLong(), new AtomicLong(), new AtomicLong(), new AtomicLong(), new AtomicLong());
        }

        long operations() {
            return reads.get() + writes.get() + failures.get();
        }
    }

    void wrote(int key, long version) {
        findings.writes().incrementAndGet();
        written[key] = Math.max(written[key], version);
        seen[key] = Math.max(seen[key], version);
    }

    void read(int key, long version) {
        findings.reads().incrementAndGet();
        if (version < written[key]) {
            findings.stale().incrementAndGet();
        } else if (version < seen[key]) {
            findings.backward().incrementAndGet();
        }
        seen[key] = Math.max(seen[key], version);
    }

    void failed() {
        findings.failures().incrementAndGet();
    }
}

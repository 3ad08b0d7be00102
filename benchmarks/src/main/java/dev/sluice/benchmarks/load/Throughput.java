package dev.sluice.benchmarks.load;

/** Counts the answers of a loop from one instant to another. Not thread-safe. */
public final class Throughput {

    private final ClosedLoop loop;
    private long since = System.nanoTime();
    private long before;

    /** Begins to count. */
    public Throughput(ClosedLoop loop) {
        this.loop = loop;
        this.before = loop.outcomes().successes();
    }

    /** @return the answers per second since the last time this was asked */
    public double perSecond() {
        long now = System.nanoTime();
        long count = loop.outcomes().successes();
        double rate = (count - before) * 1e9 / Math.max(1, now - since);
        since = now;
        before = count;
        return rate;
    }
}

package dev.sluice.r2dbc.admission;

/**
 * How long a connection is held, as an exponentially weighted mean of the last dozen or so. Once it is known, one call counts
 * at most as four times the mean, so that a few slow calls of one tenant do not stand for those of all. Not thread-safe.
 */
final class ServiceTime {

    private static final double NEWEST = 0.125;
    private static final double MOST_AT_ONCE = 4;
    private static final int ENOUGH = 32;

    private double nanos;
    private int recorded;

    void record(long heldNanos) {
        double held = Math.max(heldNanos, 1);
        double counted = isTrustworthy() ? Math.min(held, MOST_AT_ONCE * nanos) : held;
        nanos = recorded == 0 ? counted : nanos + NEWEST * (counted - nanos);
        recorded = Math.min(recorded + 1, ENOUGH);
    }

    /** The mean in nanoseconds; 0 before the first was recorded. */
    double nanos() {
        return nanos;
    }

    /** Whether the mean has forgotten the first calls, which pay for what is cold: the JVM, the caches, the connections. */
    boolean isTrustworthy() {
        return recorded == ENOUGH;
    }
}

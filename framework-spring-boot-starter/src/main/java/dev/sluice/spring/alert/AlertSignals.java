package dev.sluice.spring.alert;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What alerts need to know of the last minute. Told by those who make meters of the same. Thread-safe, never blocks. */
public final class AlertSignals {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    /** Starts come seldom: one that waited is shown for longer. */
    private static final long WHILE_AFTER_A_START = TimeUnit.MINUTES.toNanos(5);

    private final LongSupplier nanoTime;
    private final Map<String, MinuteHistogram> waits = new ConcurrentHashMap<>();
    private final Map<String, MinuteHistogram> runs = new ConcurrentHashMap<>();
    private final Map<String, MinuteHistogram> timeouts = new ConcurrentHashMap<>();
    private final RecentMaximum idle;
    private final RecentMaximum migrationWait;

    /** @param nanoTime as {@link System#nanoTime()} */
    public AlertSignals(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.idle = new RecentMaximum(nanoTime, MINUTE);
        this.migrationWait = new RecentMaximum(nanoTime, WHILE_AFTER_A_START);
    }

    /**
     * A call waited for a permit, whatever became of it.
     *
     * @param node of which node
     * @param nanos for how long
     */
    public void waited(String node, long nanos) {
        of(waits, node).record(nanos);
    }

    /**
     * A statement ran.
     *
     * @param node on which node
     * @param nanos for how long
     */
    public void ran(String node, long nanos) {
        of(runs, node).record(nanos);
    }

    /**
     * A call got no connection in time.
     *
     * @param node of which node
     */
    public void acquireTimedOut(String node) {
        of(timeouts, node).record(0);
    }

    /**
     * A transaction idled.
     *
     * @param nanos for how long
     */
    public void idled(long nanos) {
        idle.record(nanos);
    }

    /**
     * A start waited for the migration lock.
     *
     * @param nanos for how long
     */
    public void waitedForMigrations(long nanos) {
        migrationWait.record(nanos);
    }

    Set<String> nodes() {
        Set<String> nodes = new HashSet<>(waits.keySet());
        nodes.addAll(runs.keySet());
        nodes.addAll(timeouts.keySet());
        return nodes;
    }

    /** Seconds; NaN if nobody asked for a permit. */
    double wait99(String node) {
        return of(waits, node).quantile(0.99);
    }

    /** Seconds; NaN if nothing ran. */
    double run99(String node) {
        return of(runs, node).quantile(0.99);
    }

    /** NaN if nobody asked. A timeout of the pool comes after a permit was granted, and counts as the same call. */
    double acquireTimeoutShare(String node) {
        long asked = of(waits, node).count();
        return asked == 0 ? Double.NaN : (double) of(timeouts, node).count() / asked;
    }

    /** Seconds; NaN if none idled. */
    double longestIdle() {
        return idle.seconds();
    }

    /** Seconds; NaN if none waited. */
    double longestMigrationWait() {
        return migrationWait.seconds();
    }

    private MinuteHistogram of(Map<String, MinuteHistogram> all, String node) {
        MinuteHistogram known = all.get(node);
        return known != null ? known : all.computeIfAbsent(node, name -> new MinuteHistogram(nanoTime));
    }
}

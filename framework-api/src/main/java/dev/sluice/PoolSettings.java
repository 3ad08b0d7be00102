package dev.sluice;

import java.time.Duration;

/**
 * The connections of one node.
 *
 * @param min connections kept open; 0 means none; default 5
 * @param max most connections; at least 1; default 50
 * @param headroom connections of the server that no pool may use, for maintenance; default 4
 * @param acquireTimeout most time to get a connection; default 30 s
 * @param idleTimeout a connection idle for longer is closed; default 30 s
 * @param reapInterval how often idle connections are looked for; default 1 s
 * @param maxLifeTime a connection older than this is closed when it is given back; default 30 min
 * @param pipelineDepth reads by id that may be under way on one connection at once, when more are under way than have one
 *     each in the part of the pool that has room for all; 1 means that nothing shares a connection, 16 is most; default
 *     4
 * @param readsPerStatement reads by id of one tenant that may share one statement, of those that wait for a permit; 1 means
 *     that none does, 1,000 is most; default 64
 */
public record PoolSettings(
        int min,
        int max,
        int headroom,
        Duration acquireTimeout,
        Duration idleTimeout,
        Duration reapInterval,
        Duration maxLifeTime,
        int pipelineDepth,
        int readsPerStatement) {

    private static final int DEFAULT_DEPTH = 4;
    // The driver's queue of answers has room for so many at least.
    private static final int MOST_DEPTH = 16;
    private static final int DEFAULT_READS = 64;
    private static final int MOST_READS = 1_000;

    /** Settings with the defaults of what may be shared. */
    public PoolSettings(
            int min,
            int max,
            int headroom,
            Duration acquireTimeout,
            Duration idleTimeout,
            Duration reapInterval,
            Duration maxLifeTime) {
        this(min, max, headroom, acquireTimeout, idleTimeout, reapInterval, maxLifeTime, DEFAULT_DEPTH, DEFAULT_READS);
    }

    /** The defaults. */
    public static final PoolSettings DEFAULT = new PoolSettings(
            5, 50, 4, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(30));

    /** @throws IllegalArgumentException if a value is out of range, naming the property */
    public PoolSettings {
        SettingChecks.atLeast("pool.min", min, 0);
        SettingChecks.atLeast("pool.max", max, 1);
        SettingChecks.atLeast("pool.headroom", headroom, 0);
        if (min > max) {
            throw new IllegalArgumentException("pool.min: %d (expected: <= pool.max, which is %d)".formatted(min, max));
        }
        SettingChecks.positive("pool.acquire-timeout", acquireTimeout);
        SettingChecks.positive("pool.idle-timeout", idleTimeout);
        SettingChecks.positive("pool.reap-interval", reapInterval);
        SettingChecks.positive("pool.max-life-time", maxLifeTime);
        SettingChecks.between("pool.pipeline-depth", pipelineDepth, 1, MOST_DEPTH);
        SettingChecks.between("pool.reads-per-statement", readsPerStatement, 1, MOST_READS);
    }

    /**
     * The defaults with another size.
     *
     * @param max most connections; {@code min} is at most this
     * @return the settings
     */
    public static PoolSettings ofMax(int max) {
        PoolSettings d = DEFAULT;
        return new PoolSettings(
                Math.min(d.min, Math.max(max, 0)),
                max,
                d.headroom,
                d.acquireTimeout,
                d.idleTimeout,
                d.reapInterval,
                d.maxLifeTime,
                d.pipelineDepth,
                d.readsPerStatement);
    }

    /**
     * The same with another depth of pipelines.
     *
     * @param depth reads by id that may be under way on one connection at once; 1 turns it off
     * @return the settings
     */
    public PoolSettings withPipelineDepth(int depth) {
        return new PoolSettings(
                min, max, headroom, acquireTimeout, idleTimeout, reapInterval, maxLifeTime, depth, readsPerStatement);
    }

    /**
     * The same with another number of reads that may share a statement.
     *
     * @param reads reads by id of one tenant in one statement at most; 1 turns it off
     * @return the settings
     */
    public PoolSettings withReadsPerStatement(int reads) {
        return new PoolSettings(
                min, max, headroom, acquireTimeout, idleTimeout, reapInterval, maxLifeTime, pipelineDepth, reads);
    }
}

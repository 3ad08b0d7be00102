package dev.sluice.cache;

/**
 * What a cache is doing.
 *
 * @param near of the tier in this process
 * @param shared of the tier in Redis
 * @param sharedState whether the shared tier is used
 * @param tracking whether the shared tier tells of changes at present; while it does not, nothing near is served
 * @param entries values in this process
 * @param bytes their size
 * @param loading loaders that run
 * @param pendingInvalidations tenants that have something outdated in the shared tier, of which it could not be told yet
 */
public record CacheStatus(
        Requests near,
        Requests shared,
        SharedState sharedState,
        boolean tracking,
        long entries,
        long bytes,
        int loading,
        int pendingInvalidations) {

    /** Of a cache that holds nothing. */
    public static final CacheStatus NONE =
            new CacheStatus(new Requests(0, 0), new Requests(0, 0), SharedState.ABSENT, false, 0, 0, 0, 0);

    /** Whether the shared tier is used. */
    public enum SharedState {
        /** There is none. */
        ABSENT,
        /** It is used. */
        CLOSED,
        /** It is tried. */
        HALF_OPEN,
        /** It is not used: reads go to the database. */
        OPEN
    }

    /**
     * Requests since the start.
     *
     * @param hits those that were answered
     * @param misses those that were not
     */
    public record Requests(long hits, long misses) {

        /** @return the share that was answered, 0 to 1; 0 before the first */
        public double hitRatio() {
            long all = hits + misses;
            return all == 0 ? 0 : (double) hits / all;
        }
    }
}

package dev.sluice.spring.actuator;

import dev.sluice.cache.CacheStatus;
import dev.sluice.cache.CacheStatus.Requests;
import dev.sluice.cache.CacheStatus.SharedState;

/**
 * How the cache stands, as it is shown.
 *
 * @param near the tier in this process
 * @param shared the tier in Redis
 * @param breaker whether Redis is used: closed means that it is, absent that there is none
 * @param tracking whether Redis tells of changes at present; while it does not, nothing near is served
 * @param entries answers in this process
 * @param bytes their size
 * @param loading reads of the database that are on their way
 * @param pendingInvalidations tenants of which Redis has yet to be told what is outdated
 */
public record CacheState(
        Tier near,
        Tier shared,
        SharedState breaker,
        boolean tracking,
        long entries,
        long bytes,
        int loading,
        int pendingInvalidations) {

    static CacheState of(CacheStatus status) {
        return new CacheState(
                Tier.of(status.near()),
                Tier.of(status.shared()),
                status.sharedState(),
                status.tracking(),
                status.entries(),
                status.bytes(),
                status.loading(),
                status.pendingInvalidations());
    }

    /**
     * What a tier has answered since the start of the process.
     *
     * @param hits requests that it answered
     * @param misses requests that it did not answer
     * @param hitRatio the share that it answered, 0 to 1
     */
    public record Tier(long hits, long misses, double hitRatio) {

        static Tier of(Requests requests) {
            return new Tier(requests.hits(), requests.misses(), requests.hitRatio());
        }
    }
}

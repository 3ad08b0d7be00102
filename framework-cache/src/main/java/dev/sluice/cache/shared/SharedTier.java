package dev.sluice.cache.shared;

import dev.sluice.cache.CacheStatus.SharedState;
import reactor.core.publisher.Mono;

/**
 * Values, leases, generations and markers that a fleet shares. All that belongs to one key lives in one place and changes in one step;
 * different keys need not. Every call is bounded by the tier's own timeout and fails if it is out of reach. Thread-safe.
 */
public interface SharedTier {

    /** What is marked lives no longer than this from then on, and what is stored under a marker no longer than this after its lease. */
    long MARKED_LIFE_MILLIS = 5_000;

    /** @return whether it is worth asking: a connection is there, and those of all others may be taken to be there again, too */
    boolean isReachable();

    /** @return whether all that was read through it and has changed since has been told by now, or will be within a second */
    boolean isTracking();

    /** @return what its breaker says */
    SharedState state();

    /**
     * Reads a value, or else takes the lease to fill it.
     *
     * @param key whose
     * @param variant which of the values under this key
     * @param lease what to take the lease as; empty to take none
     * @return what there is
     */
    Mono<Lookup> fetch(String key, String variant, String lease);

    /**
     * Takes the lease to fill a value, whether or not there is one.
     *
     * @param key whose
     * @param variant which of the values under this key
     * @param lease what to take it as
     * @return whether it was free
     */
    Mono<Boolean> lease(String key, String variant, String lease);

    /**
     * Stores a value if its lease still lives, and ends the lease.
     *
     * @param key whose
     * @param variant which of the values under this key
     * @param lease as it was taken
     * @param value the bytes
     * @param lifeMillis how long it may live; if a writer has marked the key, until {@link #MARKED_LIFE_MILLIS} after the lease was taken
     *     at most: it was read after that, and perhaps before the writer's commit
     * @param ageMillis for how long it has been read and made; counts where it is longer than the tier's own clock says
     * @return how long it will live, in milliseconds; 0 if nothing was stored, as the lease was gone or no time is left
     */
    Mono<Long> store(String key, String variant, String lease, byte[] value, long lifeMillis, long ageMillis);

    /**
     * Ends a lease without a value, so that others need not wait for it.
     *
     * @param key whose
     * @param variant which of the values under this key
     * @param lease as it was taken; another one stays
     * @return completes when it is ended
     */
    Mono<Void> release(String key, String variant, String lease);

    /**
     * Removes a value that cannot be read.
     *
     * @param key whose
     * @param variant which of the values under this key
     * @return completes when it is gone
     */
    Mono<Void> remove(String key, String variant);

    /**
     * Reads a generation. One that is not there is made, and is like none before.
     *
     * @param key whose
     * @return the generation
     */
    Mono<Stamp> generation(String key);

    /**
     * Says that a writer is about to commit a change of this key: until it {@linkplain #invalidate says so again}, nothing under it
     * lives longer than {@link #MARKED_LIFE_MILLIS}.
     *
     * @param key whose
     * @param writer who
     * @return completes when all others can see it
     */
    Mono<Void> mark(String key, String writer);

    /**
     * Ends values, leases and generation of a key, and the marker of a writer.
     *
     * @param key whose
     * @param writer whose marker; empty for none
     * @return completes when none of them is served any more by this tier
     */
    Mono<Void> invalidate(String key, String writer);

    /** @return completes when it is closed */
    Mono<Void> close();

    /** Is told of changes. Called on the tier's own thread: must not block, and must not throw. */
    interface Listener {

        /**
         * What was read under a key has changed, or will soon.
         *
         * @param key whose
         */
        void changed(String key);

        /** Changes may have been missed: nothing that was read so far can be relied on. */
        void lost();
    }
}

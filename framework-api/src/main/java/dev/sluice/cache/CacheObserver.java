package dev.sluice.cache;

/**
 * Is told what the cache does, for meters. Called on the thread that finds out, often an event loop: must be quick, must not block and
 * must not throw. Thread-safe.
 */
public interface CacheObserver {

    /** Hears nothing. */
    CacheObserver NONE = new CacheObserver() {};

    /** Where values are kept. */
    enum Tier {
        /** In this process. */
        NEAR,
        /** In Redis. */
        SHARED
    }

    /** What a tier said to a request. */
    enum Result {
        /** It had the answer. */
        HIT,
        /** It had none, or none that was current. */
        MISS,
        /** It had one that is not fresh enough for the caller's session, or may be ended by a write in progress. */
        BEHIND,
        /** The database was out of reach, and it had one that is past its life but was never outdated. */
        STALE,
        /** It had bytes that could not be read, or belonged to another key; they were removed. */
        UNREADABLE,
        /** It did not answer in time, or answered with an error. */
        FAILED,
        /** It was not asked, because it is out of reach. */
        UNAVAILABLE
    }

    /** Why an answer was not stored. */
    enum NotStored {
        /** It could not be encoded. */
        UNENCODABLE,
        /** It is larger than {@code cache.max-value-size}. */
        TOO_LARGE,
        /** What it was read from has changed meanwhile. */
        OUTDATED,
        /** The shared tier did not answer. */
        FAILED
    }

    /**
     * A tier was asked.
     *
     * @param tier which one
     * @param result what it said
     */
    default void requested(Tier tier, Result result) {}

    /**
     * A loader has ended.
     *
     * @param region whose
     * @param nanos how long it took
     * @param failed whether with an error
     */
    default void loaded(String region, long nanos, boolean failed) {}

    /**
     * An answer was not stored.
     *
     * @param region whose
     * @param reason why
     */
    default void notStored(String region, NotStored reason) {}

    /**
     * What a write has outdated could not be ended in time; it is tried again until it is.
     *
     * @param attempts how often it was tried so far
     */
    default void invalidationFailed(int attempts) {}

    /** Everything near was dropped, because the shared tier could not tell of changes for a while. */
    default void nearDropped() {}
}

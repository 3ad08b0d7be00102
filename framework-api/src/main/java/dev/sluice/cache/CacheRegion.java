package dev.sluice.cache;

import reactor.core.publisher.Mono;

/**
 * The cached answers of one method, of all tenants. Thread-safe.
 *
 * @param <T> their type
 */
public interface CacheRegion<T> {

    /**
     * Answers from the cache, or else by the loader: once for all who ask for the same at the same time. Tenant, deadline, session
     * and consistency are those of the Reactor Context.
     *
     * <p>The cache is neither read nor filled inside of a transaction, for {@code primary} reads, and for a session that
     * {@linkplain dev.sluice.consistency.SessionPosition#avoidCachesUntil avoids caches}. A session is raised to what it is
     * answered, so that it never goes back in time.
     *
     * @param key what is asked for
     * @param loader how to find it
     * @return the answer; empty if there is none; the loader's error;
     *     {@link dev.sluice.access.DeadlineExceededException} if the answer was not there by the caller's deadline;
     *     {@link dev.sluice.tenant.MissingTenantException} without a tenant. Cancelling does not stop a loader that others
     *     wait for, nor one whose answer can be stored.
     */
    Mono<T> get(CacheKey key, CacheLoader<T> loader);

    /**
     * Ends one answer, for values that no table of the database tells about. Inside of a transaction it is done around its
     * commit, else at once.
     *
     * @param key what has changed
     * @return completes when the answer is served no more; never an error
     */
    Mono<Void> invalidate(CacheKey key);
}

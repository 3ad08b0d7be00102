package dev.sluice.cache;

import reactor.core.publisher.Mono;

/**
 * Finds what is not in the cache. Subscribed to with a Reactor Context that has the tenant, workload and priority of who asked
 * first, and a deadline of its own: the answer may be for many. Transactions of the caller are not in it, and the consistency in it is that
 * of the read that is wanted: {@code primary} for {@link #fromPrimary()}.
 *
 * @param <T> the type of the answer
 */
@FunctionalInterface
public interface CacheLoader<T> {

    /** @return the answer of the primary, which is what may be stored; empty if there is none. Each call is a read of its own. */
    Mono<T> fromPrimary();

    /**
     * @return the answer of whichever node the call may read, for answers that are not stored; with the caller's own Context.
     *     The default reads the primary
     */
    default Mono<T> asRouted() {
        return fromPrimary();
    }
}

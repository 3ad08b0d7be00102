package dev.sluice.cache;

import dev.sluice.consistency.SessionPosition;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Settlement;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The cache of a database, for all tenants. Nothing is ever served to another tenant than the one that it was stored for.
 * Thread-safe; one per database and process.
 */
public interface TenantCache {

    /** @return a cache that holds nothing: every read runs its loader */
    static TenantCache none() {
        return NoCache.INSTANCE;
    }

    /**
     * Prepares the cached answers of one method. To be kept: what can be computed once is computed here.
     *
     * @param spec what is cached
     * @param <T> the type of the answers
     * @return reads of it
     * @throws IllegalArgumentException if answers of this type cannot be stored
     */
    <T> CacheRegion<T> region(CacheSpec<T> spec);

    /**
     * What a write must have done around its commit: {@code beforeCommit} bounds what a crash of this process could leave,
     * {@code afterCommit} ends what the commit has outdated. For transactions, and for single statements that write: those
     * call {@code beforeCommit} before they are sent, and {@code afterCommit} when they are answered. Neither ever fails, and
     * both are bounded: where the cache is out of reach the writer's session goes past it until it is right again.
     *
     * @param tenant whose data is written; null for writes across tenants, which end the answers of all tenants from those tables
     * @param session the session that writes; null if it belongs to none
     * @return the settlement, for one commit
     */
    Settlement settlement(@Nullable TenantId tenant, @Nullable SessionPosition session);

    /**
     * Ends everything that is cached of a tenant, in this and all other processes, in constant time.
     *
     * @param tenant the tenant
     * @return completes when nothing of it is served any more; an error if the shared tier could not be told, which is tried
     *     again until it is
     */
    Mono<Void> flush(TenantId tenant);

    /** @return what the cache is doing */
    CacheStatus status();

    /** @return completes when connections are closed; from then on every read runs its loader */
    Mono<Void> closeGracefully();
}

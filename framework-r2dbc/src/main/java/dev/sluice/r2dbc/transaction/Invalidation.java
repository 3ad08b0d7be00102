package dev.sluice.r2dbc.transaction;

import dev.sluice.TimeoutSettings;
import dev.sluice.cache.TenantCache;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.schema.WriteEffects;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Touched;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Has the cache told of what is written: around the commit of a transaction, and around each statement that is a transaction of its
 * own. Whoever writes goes on when the cache serves nothing of it any more. Without a cache it costs nothing. Thread-safe.
 */
public final class Invalidation {

    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final TenantCache cache;
    private final WriteEffects effects;
    private final TimeoutSettings timeouts;

    /**
     * Prepares to tell a cache.
     *
     * @param cache the cache
     * @param effects tell what is shared by all tenants
     * @param timeouts the most that it may take before a write, and after it; and when a statement is surely over
     */
    public Invalidation(TenantCache cache, WriteEffects effects, TimeoutSettings timeouts) {
        this.cache = cache;
        this.effects = effects;
        this.timeouts = timeouts;
    }

    /**
     * What is to be done around one commit.
     *
     * @param tenant whose data is written; null for that of all
     * @param session the session that writes; null if there is none
     * @return the settlement; null if there is no cache
     */
    @Nullable
    CacheSettlement settlement(@Nullable TenantId tenant, @Nullable SessionPosition session) {
        return cache == TenantCache.none()
                ? null
                : new CacheSettlement(
                        cache.settlement(tenant, session),
                        tenant == null ? null : cache.settlement(null, session),
                        effects,
                        timeouts.statement().plus(MARGIN));
    }

    /**
     * Runs a statement that is a transaction of its own.
     *
     * @param touched what it changes
     * @param tenant whose data; null for that of all
     * @param session the session that writes; null if there is none
     * @param write the statement, never empty
     * @param begun whether it may have been sent
     * @param <T> the type of its answer
     * @return its answer, when the cache has been told. If the server refuses it nothing is told; if it is not known what the server did,
     *     because of a cancel, a timeout or a lost connection, the cache is told when the statement is surely over
     */
    public <T> Mono<T> around(
            Supplier<Touched> touched,
            @Nullable TenantId tenant,
            @Nullable SessionPosition session,
            Mono<T> write,
            BooleanSupplier begun) {
        return cache == TenantCache.none()
                ? write
                : aroundAll(touched, tenant, session, write.flux(), begun).single();
    }

    /** The same, for a statement that answers many signals; it completes when the cache has been told. */
    <T> Flux<T> aroundAll(
            Supplier<Touched> touched,
            @Nullable TenantId tenant,
            @Nullable SessionPosition session,
            Flux<T> write,
            BooleanSupplier begun) {
        CacheSettlement settlement = settlement(tenant, session);
        if (settlement == null) {
            return write;
        }
        Settlements settlements = new Settlements(timeouts.transaction(), settlement);
        return settlements
                .beforeCommit(touched)
                .thenMany(write.doOnError(error -> failed(error, settlement, touched, begun))
                        .doOnCancel(() -> left(settlement, touched, begun)))
                .concatWith(Mono.defer(() -> afterCommit(settlements, touched)).then(Mono.empty()));
    }

    // Goes on when the writer has left: the commit stands, and only this process knows of it.
    private static Mono<Void> afterCommit(Settlements settlements, Supplier<Touched> touched) {
        return settlements.afterCommit(null, touched.get()).cache();
    }

    private static void failed(
            Throwable error, CacheSettlement settlement, Supplier<Touched> touched, BooleanSupplier begun) {
        if (!CommitAnswer.isRefusal(error)) {
            left(settlement, touched, begun);
        }
    }

    private static void left(CacheSettlement settlement, Supplier<Touched> touched, BooleanSupplier begun) {
        if (begun.getAsBoolean()) {
            settlement.afterUnknownOutcome(touched.get());
        }
    }
}

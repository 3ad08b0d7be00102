package dev.sluice.cache.tiered;

import dev.sluice.access.Access;
import dev.sluice.access.Deadline;
import dev.sluice.access.Workload;
import dev.sluice.cache.CacheKey;
import dev.sluice.cache.CacheLoader;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * One call, as it was made.
 *
 * @param tenant for whom
 * @param asked what is asked for
 * @param key the key of its value, in all tiers
 * @param wanted how fresh the answer must be
 * @param access what the call carries
 * @param context the Context of the call
 * @param loader how to find it
 * @param <T> the type of the answer
 */
record Request<T>(
        TenantId tenant,
        CacheKey asked,
        String key,
        Wanted wanted,
        Access access,
        ContextView context,
        CacheLoader<T> loader) {

    /** @return the Context of a read of the primary for all who wait; its session learns what the read shows */
    Context ofPrimary(SessionPosition learns, Deadline deadline) {
        return with(access.workload(), deadline, ReadConsistency.primary(), learns);
    }

    /** @return the Context of a read that nobody waits for */
    Context inBackground(SessionPosition learns, Deadline deadline) {
        return new Access(
                        tenant,
                        Workload.BACKGROUND,
                        null,
                        deadline,
                        ReadConsistency.primary(),
                        access.principal(),
                        learns)
                .in(Context.of(context));
    }

    /** @return the Context of a read of any node that may answer the call */
    Context routed(@Nullable SessionPosition learns, Deadline deadline) {
        return with(access.workload(), deadline, access.consistency(), learns);
    }

    private Context with(
            @Nullable Workload workload,
            Deadline deadline,
            @Nullable ReadConsistency consistency,
            @Nullable SessionPosition learns) {
        return new Access(tenant, workload, access.priority(), deadline, consistency, access.principal(), learns)
                .in(Context.of(context));
    }
}

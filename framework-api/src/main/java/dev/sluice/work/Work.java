package dev.sluice.work;

import dev.sluice.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What a worker does in one run. */
@FunctionalInterface
public interface Work {

    /**
     * Does some of the work. The Context carries the worker's workload, the tenant, and the {@link Fence} of its lease.
     *
     * @param run this run
     * @return whether there is more, empty counts as {@link Progress#DONE}; an error is reported and the run repeated
     *     after a growing time. It is cancelled when the lease is lost, its time is over, or a stop takes too long.
     */
    Mono<Progress> run(Run run);

    /** One run. */
    interface Run {

        /** @return for whom; null if the worker has no tenants */
        @Nullable
        TenantId tenant();

        /** @return whether the process wants to end: finish soon, the next runner goes on */
        boolean isStopping();
    }
}

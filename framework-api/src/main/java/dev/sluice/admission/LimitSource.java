package dev.sluice.admission;

import dev.sluice.access.Workload;
import dev.sluice.tenant.TenantId;
import reactor.core.Disposable;

/** Where the limits in force come from. Asked at each decision: answers from memory, never blocks. Thread-safe. */
public interface LimitSource {

    /**
     * The limits of a tenant.
     *
     * @param tenant the tenant
     * @return its limits in force
     */
    TenantLimits tenant(TenantId tenant);

    /**
     * The limits of a workload.
     *
     * @param workload the workload
     * @return its limits in force
     * @throws IllegalArgumentException if no such workload is configured
     */
    WorkloadLimits workload(Workload workload);

    /** @return most requests that may wait for one node; 0 means that nobody waits */
    int maxWaiting();

    /** @return most connections of a node in use at once; 0 means as many as its pool has */
    int maxConnections();

    /** @return the connections that are reserved, for all tenants together */
    int reserved();

    /** @return whether rejections are only counted; limits of connections hold all the same, and so does the node's queue */
    boolean isDryRun();

    /**
     * Has somebody told when a limit has changed.
     *
     * @param listener called after each change, on the thread that made it
     * @return ends it: the listener is not called for changes made after that
     */
    Disposable onChange(Runnable listener);
}

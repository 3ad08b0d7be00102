package dev.sluice.r2dbc;

import dev.sluice.access.Workload;
import dev.sluice.admission.LimitSource;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.tenant.TenantId;
import reactor.core.Disposable;

/**
 * The limits of the pool for work across tenants, which has a size of its own and reserves nothing.
 *
 * @param limits the limits of the nodes
 */
record DoorLimits(LimitSource limits) implements LimitSource {

    @Override
    public TenantLimits tenant(TenantId tenant) {
        return limits.tenant(tenant);
    }

    @Override
    public WorkloadLimits workload(Workload workload) {
        return limits.workload(workload);
    }

    @Override
    public int maxWaiting() {
        return limits.maxWaiting();
    }

    @Override
    public int maxConnections() {
        return 0;
    }

    @Override
    public int reserved() {
        return 0;
    }

    @Override
    public boolean isDryRun() {
        return limits.isDryRun();
    }

    @Override
    public Disposable onChange(Runnable listener) {
        return limits.onChange(listener);
    }
}

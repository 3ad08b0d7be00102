package dev.sluice.replica;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Workload;
import dev.sluice.admission.LimitSource;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.tenant.TenantId;
import java.util.Objects;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** Limits that do not change. */
record FixedLimits(AdmissionSettings settings) implements LimitSource {

    @Override
    public TenantLimits tenant(TenantId tenant) {
        return settings.limitsOf(tenant);
    }

    @Override
    public WorkloadLimits workload(Workload workload) {
        return Objects.requireNonNull(settings.workloads().get(workload));
    }

    @Override
    public int maxWaiting() {
        return settings.maxWaiting();
    }

    @Override
    public int maxConnections() {
        return settings.maxConnections();
    }

    @Override
    public int reserved() {
        return settings.reserved();
    }

    @Override
    public boolean isDryRun() {
        return settings.dryRun();
    }

    @Override
    public Disposable onChange(Runnable listener) {
        return Disposables.disposed();
    }
}

package dev.sluice.r2dbc;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Workload;
import dev.sluice.admission.LimitSource;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.tenant.TenantId;

/**
 * The limits that the settings state, for the life of the process.
 *
 * @param settings the settings
 */
record ConfiguredLimits(AdmissionSettings settings) implements LimitSource {

    @Override
    public TenantLimits tenant(TenantId tenant) {
        return settings.tenantOverrides().getOrDefault(tenant, settings.tenantDefaults());
    }

    @Override
    public WorkloadLimits workload(Workload workload) {
        WorkloadLimits limits = settings.workloads().get(workload);
        if (limits == null) {
            throw new IllegalArgumentException("workload '%s' is not configured (expected one of: %s)"
                    .formatted(workload, settings.workloads().keySet()));
        }
        return limits;
    }

    @Override
    public int maxWaiting() {
        return settings.maxWaiting();
    }
}

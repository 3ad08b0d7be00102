package dev.sluice;

import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.tenant.TenantId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who may use how much of a node. Immutable.
 *
 * @param maxWaiting most requests that wait for a node; 0 means that nobody waits; default 5,000
 * @param dryRun whether to count what would be rejected instead of rejecting it; default false
 * @param tenantDefaults the limits of tenants without an override
 * @param tenantOverrides the limits of single tenants
 * @param workloads the limits of workloads; the five well-known ones are added where they are missing
 */
public record AdmissionSettings(
        int maxWaiting,
        boolean dryRun,
        TenantLimits tenantDefaults,
        Map<TenantId, TenantLimits> tenantOverrides,
        Map<Workload, WorkloadLimits> workloads) {

    /** The defaults. */
    public static final AdmissionSettings DEFAULT =
            new AdmissionSettings(5_000, false, TenantLimits.DEFAULT, Map.of(), Map.of());

    /** @throws IllegalArgumentException if a value is out of range, naming the property */
    public AdmissionSettings {
        SettingChecks.atLeast("admission.max-waiting", maxWaiting, 0);
        tenantOverrides = Map.copyOf(tenantOverrides);
        workloads = Map.copyOf(withWellKnown(workloads));
    }

    private static Map<Workload, WorkloadLimits> withWellKnown(Map<Workload, WorkloadLimits> configured) {
        Map<Workload, WorkloadLimits> all = new LinkedHashMap<>();
        all.put(Workload.INTERACTIVE, new WorkloadLimits(Priority.INTERACTIVE, 0));
        all.put(Workload.REPORTING, new WorkloadLimits(Priority.STANDARD, 0));
        all.put(Workload.STREAM, new WorkloadLimits(Priority.STANDARD, 0));
        all.put(Workload.BACKGROUND, new WorkloadLimits(Priority.BACKGROUND, 2));
        all.put(Workload.RECONCILIATION, new WorkloadLimits(Priority.BACKGROUND, 2));
        all.putAll(configured);
        return all;
    }
}

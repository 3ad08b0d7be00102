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
 * @param maxConnections most connections of a node in use at once; 0 (the default) means as many as its pool has
 * @param maxWaiting most requests that wait for a node; 0 means that nobody waits; default 5,000
 * @param dryRun whether to count what would be rejected instead of rejecting it; default false
 * @param tenantDefaults the limits of tenants without an override; reserves nothing
 * @param tenantOverrides the limits of single tenants
 * @param workloads the limits of workloads; the five well-known ones are added where they are missing
 */
public record AdmissionSettings(
        int maxConnections,
        int maxWaiting,
        boolean dryRun,
        TenantLimits tenantDefaults,
        Map<TenantId, TenantLimits> tenantOverrides,
        Map<Workload, WorkloadLimits> workloads) {

    /** The defaults. */
    public static final AdmissionSettings DEFAULT =
            new AdmissionSettings(0, 5_000, false, TenantLimits.DEFAULT, Map.of(), Map.of());

    /** @throws IllegalArgumentException if a value is out of range, naming the property */
    public AdmissionSettings {
        SettingChecks.atLeast("admission.max-connections", maxConnections, 0);
        SettingChecks.atLeast("admission.max-waiting", maxWaiting, 0);
        if (tenantDefaults.reserved() != 0) {
            throw new IllegalArgumentException(
                    "tenants.defaults.reserved: %d (expected: 0; connections are reserved for"
                                    .formatted(tenantDefaults.reserved())
                            + " the tenants that tenants.overrides names)");
        }
        tenantOverrides = Map.copyOf(tenantOverrides);
        workloads = Map.copyOf(withWellKnown(workloads));
    }

    /** @return the connections that are reserved, for all tenants together */
    public int reserved() {
        long sum = tenantOverrides.values().stream()
                .mapToLong(TenantLimits::reserved)
                .sum();
        return (int) Math.min(Integer.MAX_VALUE, sum);
    }

    /**
     * Checks that the limits go with the size of the pools.
     *
     * @param poolMax most connections of a node's pool
     * @throws IllegalArgumentException if they contradict it, naming the property
     */
    public void checkFits(int poolMax) {
        if (maxConnections > poolMax) {
            throw new IllegalArgumentException("admission.max-connections: %d (expected: <= pool.max, which is %d)"
                    .formatted(maxConnections, poolMax));
        }
        int node = maxConnections == 0 ? poolMax : maxConnections;
        if (reserved() > node) {
            throw new IllegalArgumentException(
                    "tenants.overrides: %d connections reserved in all (expected: <= the %d of a node)"
                            .formatted(reserved(), node));
        }
    }

    /**
     * The same with another limit of the node.
     *
     * @param most connections in use at once; 0 means as many as the pool has
     * @return the settings
     * @throws IllegalArgumentException if it is negative
     */
    public AdmissionSettings withMaxConnections(int most) {
        return new AdmissionSettings(most, maxWaiting, dryRun, tenantDefaults, tenantOverrides, workloads);
    }

    /**
     * The same with another bound of the queue.
     *
     * @param most requests that wait for a node; 0 means that nobody waits
     * @return the settings
     * @throws IllegalArgumentException if it is negative
     */
    public AdmissionSettings withMaxWaiting(int most) {
        return new AdmissionSettings(maxConnections, most, dryRun, tenantDefaults, tenantOverrides, workloads);
    }

    /**
     * The same with a dry run on or off.
     *
     * @param on whether rejections are only counted
     * @return the settings
     */
    public AdmissionSettings withDryRun(boolean on) {
        return new AdmissionSettings(maxConnections, maxWaiting, on, tenantDefaults, tenantOverrides, workloads);
    }

    /**
     * The same with other limits of the tenants without an override.
     *
     * @param limits the limits
     * @return the settings
     * @throws IllegalArgumentException if they reserve something
     */
    public AdmissionSettings withTenantDefaults(TenantLimits limits) {
        return new AdmissionSettings(maxConnections, maxWaiting, dryRun, limits, tenantOverrides, workloads);
    }

    /**
     * The same with other limits of one tenant.
     *
     * @param tenant the tenant
     * @param limits its limits
     * @return the settings
     */
    public AdmissionSettings withTenant(TenantId tenant, TenantLimits limits) {
        Map<TenantId, TenantLimits> overrides = new LinkedHashMap<>(tenantOverrides);
        overrides.put(tenant, limits);
        return new AdmissionSettings(maxConnections, maxWaiting, dryRun, tenantDefaults, overrides, workloads);
    }

    /**
     * The same with other limits of one workload, which is added if it is new.
     *
     * @param workload the workload
     * @param limits its limits
     * @return the settings
     */
    public AdmissionSettings withWorkload(Workload workload, WorkloadLimits limits) {
        Map<Workload, WorkloadLimits> all = new LinkedHashMap<>(workloads);
        all.put(workload, limits);
        return new AdmissionSettings(maxConnections, maxWaiting, dryRun, tenantDefaults, tenantOverrides, all);
    }

    /**
     * The limits of a tenant.
     *
     * @param tenant the tenant
     * @return its override, else the defaults
     */
    public TenantLimits limitsOf(TenantId tenant) {
        return tenantOverrides.getOrDefault(tenant, tenantDefaults);
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

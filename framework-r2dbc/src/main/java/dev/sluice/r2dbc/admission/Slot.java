package dev.sluice.r2dbc.admission;

import org.jspecify.annotations.Nullable;

/** One connection's worth of a node, in use. */
final class Slot {

    final TenantState tenant;
    final WorkloadState workload;
    final PriorityClass priorityClass;
    final @Nullable PrincipalState principal;
    final long grantedNanos;
    /** Whether it was charged for; it was not if it was granted while nobody waited. */
    boolean isCharged;

    double charge;

    Slot(
            TenantState tenant,
            WorkloadState workload,
            PriorityClass priorityClass,
            @Nullable PrincipalState principal,
            long grantedNanos) {
        this.tenant = tenant;
        this.workload = workload;
        this.priorityClass = priorityClass;
        this.principal = principal;
        this.grantedNanos = grantedNanos;
    }
}

package dev.sluice.r2dbc.admission;

import org.jspecify.annotations.Nullable;

/** One connection's worth of a node, in use. */
final class Slot {

    private static final long UNTIL_IT_COMES_BACK = -1;

    final TenantState tenant;
    final WorkloadState workload;
    final PriorityClass priorityClass;
    final @Nullable PrincipalState principal;
    final long grantedNanos;
    /** Whether it was charged for; it was not if it was granted while nobody waited. */
    boolean isCharged;

    double charge;
    private volatile long servedNanos = UNTIL_IT_COMES_BACK;

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

    /** The time from now on is not service. By any thread. */
    void workEnded(long now) {
        if (servedNanos == UNTIL_IT_COMES_BACK) {
            servedNanos = Math.max(0, now - grantedNanos);
        }
    }

    /** How long it served, if it comes back now. */
    long servedNanos(long now) {
        long served = servedNanos;
        return served == UNTIL_IT_COMES_BACK ? now - grantedNanos : served;
    }
}

package dev.sluice.r2dbc.transaction;

import dev.sluice.access.Access;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.LimitSource;
import dev.sluice.r2dbc.admission.RateLimits;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Makes of an {@link Access} what admission is asked for, and counts it: once for each call, whatever becomes of it. */
final class Requests {

    private final LimitSource limits;
    private final RateLimits rates;
    private final long callNanos;

    Requests(LimitSource limits, RateLimits rates, Duration callTimeout) {
        this.limits = limits;
        this.rates = rates;
        this.callNanos = callTimeout.toNanos();
    }

    /**
     * @param access what the call carries
     * @param tenant for whom; null for work across tenants
     * @param own the workload of the method, for calls whose Context names none
     * @throws IllegalArgumentException if the workload is not configured
     * @throws dev.sluice.admission.AdmissionRejectedException if the tenant or principal calls too often
     */
    AdmissionRequest of(Access access, @Nullable TenantId tenant, @Nullable Workload own) {
        return in(workload(access, own), access, tenant);
    }

    /** The same, in a workload that the Context has no say in. */
    AdmissionRequest in(Workload workload, Access access, @Nullable TenantId tenant) {
        AdmissionRequest request = new AdmissionRequest(
                tenant, workload, priority(access, workload), deadline(access), access.principal());
        rates.check(request);
        return request;
    }

    /** @return the deadline of a call: its Context's, or the default timeout from now */
    Deadline deadline(Access access) {
        Deadline deadline = access.deadline();
        return deadline != null ? deadline : new Deadline(System.nanoTime() + callNanos);
    }

    private static Workload workload(Access access, @Nullable Workload own) {
        if (access.workload() != null) {
            return access.workload();
        }
        return own != null ? own : Workload.INTERACTIVE;
    }

    private Priority priority(Access access, Workload workload) {
        Priority own = limits.workload(workload).priority();
        return access.priority() == null ? own : own.lower(access.priority());
    }
}

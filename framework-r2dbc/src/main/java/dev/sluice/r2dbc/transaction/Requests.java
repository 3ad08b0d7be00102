package dev.sluice.r2dbc.transaction;

import dev.sluice.SluiceSettings;
import dev.sluice.access.Access;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.LimitSource;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.r2dbc.admission.RateLimits;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.TransactionOptions;
import dev.sluice.transaction.TransactionOptions.Isolation;
import org.jspecify.annotations.Nullable;

/** Makes of an {@link Access} what admission is asked for, and counts it: once for each call, whatever becomes of it. */
final class Requests {

    private final LimitSource limits;
    private final RateLimits rates;
    private final long callNanos;
    private final ReadConsistency defaultConsistency;

    Requests(LimitSource limits, RateLimits rates, SluiceSettings settings) {
        this.limits = limits;
        this.rates = rates;
        this.callNanos = settings.timeouts().call().toNanos();
        this.defaultConsistency = settings.replicas().routing().defaultConsistency();
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

    /** @return what a statement outside of a transaction wants: a plan that no replica may run counts as one that writes */
    LeaseRequest lease(Call call, Access access, AdmissionRequest admission) {
        ReadConsistency consistency = access.consistency() != null ? access.consistency() : call.consistency();
        return new LeaseRequest(
                call.plan().name(),
                admission,
                !call.plan().replicaSafe(),
                consistency != null ? consistency : defaultConsistency,
                access.session(),
                call.plan().pointRead(),
                isLimitedByPrincipal(admission) ? null : call.plan().shared());
    }

    // A statement for several is one connection of who sends it: the others would pass their own limit by.
    private boolean isLimitedByPrincipal(AdmissionRequest admission) {
        return admission.principal() != null
                && admission.tenant() != null
                && limits.tenant(admission.tenant()).perPrincipal().maxConnections() > 0;
    }

    /** @return what a transaction wants; serializable ones run on the primary alone */
    LeaseRequest lease(TransactionOptions options, Access access, AdmissionRequest admission) {
        boolean writes = !options.readOnly() || options.isolation() == Isolation.SERIALIZABLE;
        ReadConsistency consistency = access.consistency() != null ? access.consistency() : defaultConsistency;
        return new LeaseRequest(Transactions.OPERATION, admission, writes, consistency, access.session());
    }

    /** @return the deadline of a call: its Context's, or the default timeout from now */
    Deadline deadline(Access access) {
        Deadline deadline = access.deadline();
        return deadline != null ? deadline : new Deadline(System.nanoTime() + callNanos);
    }

    static Workload workload(Access access, @Nullable Workload own) {
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

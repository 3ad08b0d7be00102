package dev.sluice.r2dbc.admission;

import dev.sluice.access.Priority;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.LimitSource;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides which request runs next on a node. Pure: it is told what happens and when, and says who is granted or rejected. It
 * keeps no thread, no clock and no lock, and is used by one thread at a time.
 *
 * <p>The algorithm is start-time fair queueing (Goyal, Vin, Cheng: <i>Start-time Fair Queuing</i>, SIGCOMM 1996), twice.
 * Priority classes share the <em>grants</em> by their weights. Within a class tenants share the <em>time that connections
 * are held</em> by theirs: a grant is charged with what a call of its tenant takes on average, and the charge is corrected
 * when the call ends. A request is due at its tenant's charges so far, but not before the virtual time, which is when the
 * first of those that waited was due at the last grant: so nobody saves up a burst while idle, and nobody is in debt for
 * what was free. A slot is granted to whoever is due first and may have it; hence none idles while a waiter may use it.
 * Newcomers may use the last slots ahead of others who may not, but by no more than one call.
 */
final class FairScheduler {

    private final LimitSource limits;
    private final int connections;
    private final NodeSlots node = new NodeSlots();
    private final Map<Priority, PriorityClass> classes = new EnumMap<>(Priority.class);
    private final Workloads workloads;
    private final Tenants tenants;
    private final WaitingRoom waiters;
    private final Charges charges = new Charges(classes.values());
    private double grantedUpTo;

    FairScheduler(LimitSource limits, int connections) {
        this(limits, connections, Order.FAIR);
    }

    FairScheduler(LimitSource limits, int connections, Order order) {
        this.limits = limits;
        this.connections = connections;
        this.waiters = new WaitingRoom(order.deadlines());
        this.workloads = new Workloads(limits, node);
        this.tenants = new Tenants(limits, charges);
        for (Priority priority : Priority.values()) {
            classes.put(priority, new PriorityClass(priority, classes.size(), order));
        }
        readNodeLimits();
    }

    /** Grants a slot if that needs no wait; null if the request would have to, or if its deadline has passed. */
    @Nullable
    Slot tryGrant(AdmissionRequest request, long now) {
        WorkloadState workload = workloads.of(request.workload());
        boolean expired = request.deadline().nanoTime() - now <= 0;
        if (expired || !waiters.isEmpty() || !workload.isBelowLimit()) {
            return null;
        }
        TenantState tenant = tenants.of(request.tenant());
        PrincipalState principal = tenant.principal(request.principal());
        PriorityClass priorityClass = priorityClass(request);
        if (tenant.admits(principal) && node.hasRoomFor(tenant, priorityClass)) {
            return take(tenant, workload, priorityClass, principal, now);
        }
        forgetIfEmpty(tenant, principal);
        return null;
    }

    /** Has a request wait, and grants or rejects it at once if that is due. */
    void add(QueuedRequest waiter, long now, Decisions out) {
        AdmissionRequest request = waiter.request;
        WorkloadState workload = workloads.of(request.workload());
        waiter.arrivedNanos = now;
        if (waiter.isExpired(now)) {
            out.rejected(waiter, Rejections.expired(request, 0), now);
            return;
        }
        TenantState tenant = tenants.of(request.tenant());
        PrincipalState principal = tenant.principal(request.principal());
        TenantQueue queue = tenant.queue(workload.lane(priorityClass(request)));
        waiters.add(waiter, queue, principal);
        grant(now, out);
        if (waiter.isWaiting()) {
            checkBounds(waiter, queue, now, out);
        }
    }

    /** Takes out a waiter that has lost interest; nothing if it does not wait. Others may be due first from then on. */
    void remove(QueuedRequest waiter, long now, Decisions out) {
        if (waiter.isWaiting()) {
            dequeue(waiter);
            grant(now, out);
        }
    }

    /** Takes a slot back and hands it on. */
    void release(Slot slot, long now, Decisions out) {
        TenantState tenant = slot.tenant;
        PrincipalState principal = slot.principal;
        node.giveBack(tenant, slot.priorityClass);
        slot.workload.inFlight--;
        slot.workload.serviceTime.record(slot.servedNanos(now));
        charges.correct(slot, now);
        if (principal != null) {
            principal.inFlight--;
            principal.placeQueues();
        }
        tenant.placeQueues();
        forgetIfEmpty(tenant, principal);
        grant(now, out);
    }

    /** Rejects the waiters that cannot be done in time any more, and grants what has become somebody's turn with time alone. */
    void expire(long now, Decisions out) {
        QueuedRequest next = waiters.firstToExpire();
        AdmissionRejectedException late = next == null ? null : tooLate(next, now);
        while (next != null && late != null) {
            dequeue(next);
            out.rejected(next, late, now);
            next = waiters.firstToExpire();
            late = next == null ? null : tooLate(next, now);
        }
        grant(now, out);
    }

    /** Reads the limits anew; what is above a limit now is not taken away, but nothing is granted until it has gone. */
    void limitsChanged(long now, Decisions out) {
        readNodeLimits();
        workloads.limitsChanged();
        tenants.limitsChanged();
        node.recount(tenants.all());
        tenants.all().forEach(TenantState::placeQueues);
        grant(now, out);
    }

    NodeSlots node() {
        return node;
    }

    int waiting() {
        return waiters.size();
    }

    /** How many tenants without permits or waiters are remembered for their charges. */
    int remembered() {
        return charges.remembered();
    }

    Collection<TenantState> tenants() {
        return tenants.all();
    }

    Collection<WorkloadState> workloads() {
        return workloads.all();
    }

    private void readNodeLimits() {
        int configured = limits.maxConnections();
        node.limits(configured == 0 ? connections : Math.min(configured, connections), limits.reserved());
    }

    private void grant(long now, Decisions out) {
        TenantQueue next = next(now);
        while (next != null) {
            QueuedRequest waiter = next.next();
            if (waiter == null) {
                throw new IllegalStateException("a queue without a waiter is next");
            }
            AdmissionRejectedException late = tooLate(waiter, now);
            if (late == null) {
                out.granted(waiter, serve(waiter, next, now));
            } else {
                dequeue(waiter);
                out.rejected(waiter, late, now);
            }
            next = next(now);
        }
    }

    /** Why a waiter is not to be served: it would be stopped halfway, for nothing; null if it can be done in time. */
    private @Nullable AdmissionRejectedException tooLate(QueuedRequest waiter, long now) {
        AdmissionRequest request = waiter.request;
        if (waiter.isExpired(now)) {
            return Rejections.expired(request, now - waiter.arrivedNanos);
        }
        WorkloadState workload = waiter.whereItWaits().tenantQueue.lane.workload;
        WaitEstimate ownCall = WaitEstimate.ofOwnCall(workload.serviceTime);
        long left = request.deadline().nanoTime() - now;
        boolean hasWaited = waiter.arrivedNanos != now;
        return hasWaited && ownCall.exceeds(left) && !limits.isDryRun()
                ? Rejections.tooLate(request, left, ownCall)
                : null;
    }

    private @Nullable TenantQueue next(long now) {
        TenantQueue first = null;
        double due = Double.MAX_VALUE;
        for (PriorityClass each : classes.values()) {
            TenantQueue next = each.waiting == 0 ? null : each.next(node, now);
            if (next != null && Math.max(grantedUpTo, each.granted) < due) {
                first = next;
                due = Math.max(grantedUpTo, each.granted);
            }
        }
        return first;
    }

    private Slot serve(QueuedRequest waiter, TenantQueue queue, long now) {
        PriorityClass served = queue.lane.priorityClass;
        grantedUpTo = Math.max(grantedUpTo, served.granted);
        served.granted = grantedUpTo + 1.0 / served.priority.weight();
        double firstDue = served.firstDue();
        Slot slot = take(queue.tenant, queue.lane.workload, served, waiter.principal(), now);
        charges.charge(queue, slot, firstDue);
        dequeue(waiter);
        queue.tenant.placeQueues();
        return slot;
    }

    private Slot take(
            TenantState tenant,
            WorkloadState workload,
            PriorityClass priorityClass,
            @Nullable PrincipalState principal,
            long now) {
        node.take(tenant, priorityClass);
        workload.inFlight++;
        if (principal != null) {
            principal.inFlight++;
            principal.placeQueues();
        }
        tenant.placeQueues();
        return new Slot(tenant, workload, priorityClass, principal, now);
    }

    private void dequeue(QueuedRequest waiter) {
        TenantState tenant = waiter.tenant();
        PrincipalState principal = waiter.principal();
        waiters.remove(waiter);
        forgetIfEmpty(tenant, principal);
    }

    private void checkBounds(QueuedRequest waiter, TenantQueue queue, long now, Decisions out) {
        AdmissionRequest request = waiter.request;
        WaitEstimate wait = WaitEstimate.of(queue, node, classes.values());
        long left = request.deadline().nanoTime() - now;
        int before = waiting() - 1;
        int beforeOfTenant = queue.tenant.waiting - 1;
        int mostOfTenant = queue.tenant.limits.maxWaiting();
        if (before >= limits.maxWaiting()) {
            reject(waiter, Rejections.overloaded(request, limits.maxWaiting(), before, wait), now, out);
        } else if (beforeOfTenant >= mostOfTenant) {
            rejectUnlessDryRun(waiter, Rejections.tenantBusy(request, mostOfTenant, beforeOfTenant, wait), now, out);
        } else if (wait.exceeds(left)) {
            rejectUnlessDryRun(waiter, Rejections.tooLate(request, left, wait), now, out);
        }
    }

    // The bound of the node holds in a dry run too: there is no queue without a limit.
    private void rejectUnlessDryRun(QueuedRequest waiter, AdmissionRejectedException reason, long now, Decisions out) {
        if (limits.isDryRun()) {
            out.wouldReject(waiter, reason);
        } else {
            reject(waiter, reason, now, out);
        }
    }

    private void reject(QueuedRequest waiter, AdmissionRejectedException reason, long now, Decisions out) {
        dequeue(waiter);
        out.rejected(waiter, reason, now);
        grant(now, out);
    }

    private PriorityClass priorityClass(AdmissionRequest request) {
        return Objects.requireNonNull(classes.get(request.priority()));
    }

    private void forgetIfEmpty(TenantState tenant, @Nullable PrincipalState principal) {
        tenants.forgetIfEmpty(tenant, principal);
        if (waiters.isEmpty()) {
            charges.forget();
        }
    }
}

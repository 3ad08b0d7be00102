package dev.sluice.r2dbc.admission;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The waiters of one tenant in one lane. The next is the one that waits the longest among those whose principal is below
 * its limit.
 */
final class TenantQueue extends IndexedHeap.Element {

    final TenantState tenant;
    final Lane lane;
    /** The least virtual time at which it may be served next. */
    double floor;

    @Nullable
    IndexedHeap<TenantQueue> home;

    private final List<PrincipalQueue> queues = new ArrayList<>(1);
    private final IndexedHeap<PrincipalQueue> ready;
    private final ServiceTime serviceTime = new ServiceTime();
    private int size;

    TenantQueue(TenantState tenant, Lane lane) {
        this.tenant = tenant;
        this.lane = lane;
        this.ready = new IndexedHeap<>(lane.priorityClass.order.principals());
    }

    int size() {
        return size;
    }

    void add(QueuedRequest waiter, @Nullable PrincipalState principal) {
        PrincipalQueue queue = queueOf(principal);
        if (queue == null) {
            queue = new PrincipalQueue(this, principal);
            queues.add(queue);
            if (principal != null) {
                principal.joined(queue);
            }
        }
        queue.add(waiter);
        size++;
        place(queue);
    }

    void remove(QueuedRequest waiter, PrincipalQueue queue) {
        queue.remove(waiter);
        size--;
        place(queue);
        if (queue.isEmpty()) {
            queues.remove(queue);
            if (queue.principal != null) {
                queue.principal.left(queue);
            }
        }
    }

    private @Nullable PrincipalQueue queueOf(@Nullable PrincipalState principal) {
        if (principal != null) {
            return principal.queueIn(this);
        }
        for (PrincipalQueue queue : queues) {
            if (queue.principal == null) {
                return queue;
            }
        }
        return null;
    }

    /** Puts the queue of a principal where it belongs after its head, its use or its limit has changed. */
    void place(PrincipalQueue queue) {
        boolean mayBeServed = queue.mayBeServed(tenant.limits.perPrincipal().maxConnections());
        if (queue.isInHeap()) {
            if (mayBeServed) {
                ready.update(queue);
            } else {
                ready.remove(queue);
            }
        } else if (mayBeServed) {
            ready.add(queue);
        }
    }

    void placeAll() {
        queues.forEach(this::place);
    }

    /** The waiter to be served next; null if none may be. */
    @Nullable
    QueuedRequest next() {
        PrincipalQueue queue = tenant.isBelowLimit() ? ready.peek() : null;
        return queue == null ? null : queue.first();
    }

    /** The waiter that waits the longest, whether it may be served or not; null if nobody waits. */
    @Nullable
    QueuedRequest firstWaiter() {
        QueuedRequest oldest = null;
        for (PrincipalQueue queue : queues) {
            QueuedRequest first = queue.first();
            if (oldest == null || (first != null && first.arrival < oldest.arrival)) {
                oldest = first;
            }
        }
        return oldest;
    }

    void recordService(long nanos) {
        serviceTime.record(nanos);
    }

    /** How long its calls take, in nanoseconds; as long as all calls of the workload, before one of its own has ended. */
    double serviceNanos() {
        double own = serviceTime.nanos();
        return own > 0 ? own : lane.workload.serviceTime.nanos();
    }

    int weight() {
        return tenant.limits.weight();
    }

    /** At which virtual time its next waiter is due. */
    double due() {
        return Math.max(floor, tenant.served(lane.priorityClass));
    }
}

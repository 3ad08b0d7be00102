package dev.sluice.r2dbc.admission;

import org.jspecify.annotations.Nullable;

/**
 * The waiters of one workload in one priority class, by tenant. Tenants that may take another share of the node are kept
 * apart, so that the first of each is at hand whatever is free.
 */
final class Lane {

    final PriorityClass priorityClass;
    final WorkloadState workload;
    int waiting;
    /** The weights of the tenants that wait. */
    long weights;

    private final IndexedHeap<TenantQueue> belowReserve;
    private final IndexedHeap<TenantQueue> newcomers;
    private final IndexedHeap<TenantQueue> others;

    Lane(PriorityClass priorityClass, WorkloadState workload) {
        this.priorityClass = priorityClass;
        this.workload = workload;
        this.belowReserve = new IndexedHeap<>(priorityClass.order.tenants());
        this.newcomers = new IndexedHeap<>(priorityClass.order.tenants());
        this.others = new IndexedHeap<>(priorityClass.order.tenants());
    }

    /** What its waiters will take, in nanoseconds. */
    double work() {
        return waiting * workload.serviceTime.nanos();
    }

    /** Who is next; null if nobody may be served now. */
    @Nullable
    TenantQueue next(NodeSlots node, long now) {
        if (node.isFull() || !workload.isBelowLimit()) {
            return null;
        }
        TenantQueue reserved = belowReserve.peek();
        if (reserved != null) {
            return reserved;
        }
        TenantQueue newcomer = newcomers.peek();
        if (node.hasRoomForAll()) {
            return priorityClass.earlier(newcomer, others.peek());
        }
        boolean goesAhead = newcomer != null && node.hasRoomForNewcomers() && priorityClass.mayGoAhead(newcomer, now);
        return goesAhead ? newcomer : null;
    }

    /** When the first is due of those that nothing but the node keeps waiting; {@link Double#MAX_VALUE} if there is none. */
    double firstDue() {
        return workload.isBelowLimit()
                ? Math.min(due(belowReserve), Math.min(due(newcomers), due(others)))
                : Double.MAX_VALUE;
    }

    private static double due(IndexedHeap<TenantQueue> heap) {
        TenantQueue first = heap.peek();
        return first == null ? Double.MAX_VALUE : first.due();
    }

    /** Puts the queue of a tenant where it belongs after anything about it has changed. */
    void place(TenantQueue queue) {
        IndexedHeap<TenantQueue> home = queue.home;
        IndexedHeap<TenantQueue> target = queue.next() == null ? null : heap(queue.tenant);
        if (home != null && home != target) {
            home.remove(queue);
        }
        if (target != null && target == home) {
            target.update(queue);
        } else if (target != null) {
            target.add(queue);
        }
        queue.home = target;
    }

    private IndexedHeap<TenantQueue> heap(TenantState tenant) {
        if (tenant.mayUseReserve()) {
            return belowReserve;
        }
        return tenant.isNewcomerIn(priorityClass) ? newcomers : others;
    }

    static int compare(TenantQueue one, TenantQueue other) {
        int due = Double.compare(one.due(), other.due());
        if (due != 0) {
            return due;
        }
        int use =
                Long.compare((long) one.tenant.inFlight * other.weight(), (long) other.tenant.inFlight * one.weight());
        return use != 0 ? use : Long.compare(arrival(one), arrival(other));
    }

    private static long arrival(TenantQueue queue) {
        QueuedRequest next = queue.next();
        return next == null ? Long.MAX_VALUE : next.arrival;
    }
}

package dev.sluice.r2dbc.admission;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The waiters of one workload in one priority class, by tenant. Tenants that may take another share of the node are kept
 * apart, so that the first of each is at hand whatever is free.
 */
final class Lane {

    /** Who is due first; among equals who has the least in flight for its weight; then who waits the longest. */
    static final Comparator<TenantQueue> ORDER = Lane::compare;

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
        this.belowReserve = new IndexedHeap<>(priorityClass.order);
        this.newcomers = new IndexedHeap<>(priorityClass.order);
        this.others = new IndexedHeap<>(priorityClass.order);
    }

    /** What its waiters will take, in nanoseconds. */
    double work() {
        return waiting * workload.serviceTime.nanos();
    }

    /** Who is next; null if nobody may be served now. */
    @Nullable
    TenantQueue next(NodeSlots node) {
        if (node.isFull() || !workload.isBelowLimit()) {
            return null;
        }
        TenantQueue reserved = belowReserve.peek();
        if (reserved != null) {
            return reserved;
        }
        TenantQueue newcomer = node.hasRoomForNewcomers() ? newcomers.peek() : null;
        TenantQueue other = node.hasRoomForAll() ? others.peek() : null;
        return priorityClass.earlier(newcomer, other);
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

    private static int compare(TenantQueue one, TenantQueue other) {
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

package dev.sluice.r2dbc.admission;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Those that wait: each in the queue of its tenant, and all by their deadlines. */
final class WaitingRoom {

    private final IndexedHeap<QueuedRequest> deadlines;
    private long arrivals;

    WaitingRoom(Comparator<QueuedRequest> order) {
        this.deadlines = new IndexedHeap<>(order);
    }

    boolean isEmpty() {
        return deadlines.isEmpty();
    }

    int size() {
        return deadlines.size();
    }

    /** Whose deadline is the next; null if nobody waits. */
    @Nullable
    QueuedRequest firstToExpire() {
        return deadlines.peek();
    }

    void add(QueuedRequest waiter, TenantQueue queue, @Nullable PrincipalState principal) {
        Lane lane = queue.lane;
        PriorityClass priorityClass = lane.priorityClass;
        waiter.arrival = arrivals++;
        if (queue.size() == 0) {
            priorityClass.weights += queue.weight();
            lane.weights += queue.weight();
            queue.floor = priorityClass.virtualTime;
        }
        queue.add(waiter, principal);
        deadlines.add(waiter);
        queue.tenant.waiting++;
        lane.waiting++;
        priorityClass.waiting++;
        lane.place(queue);
    }

    void remove(QueuedRequest waiter) {
        PrincipalQueue waitedIn = waiter.whereItWaits();
        TenantQueue queue = waitedIn.tenantQueue;
        Lane lane = queue.lane;
        queue.remove(waiter, waitedIn);
        deadlines.remove(waiter);
        queue.tenant.waiting--;
        lane.waiting--;
        lane.priorityClass.waiting--;
        lane.place(queue);
        if (queue.size() == 0) {
            lane.priorityClass.weights -= queue.weight();
            lane.weights -= queue.weight();
            queue.tenant.queues.remove(queue);
        }
    }
}

package dev.sluice.r2dbc.admission;

import dev.sluice.access.Priority;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The waiters of one priority, and the two virtual times by which it is shared and shares. */
final class PriorityClass {

    final Priority priority;
    final int index;
    final Comparator<TenantQueue> order;
    final List<Lane> lanes = new ArrayList<>();
    int waiting;
    /** Up to where this class was granted, in grants for its weight. */
    double granted;
    /** Which of its tenants' requests was served last, in the virtual time of tenants: nanoseconds for their weight. */
    double virtualTime;
    /** The weights of the tenants that wait. */
    long weights;

    PriorityClass(Priority priority, int index, Comparator<TenantQueue> order) {
        this.priority = priority;
        this.index = index;
        this.order = order;
    }

    /** What its waiters will take, in nanoseconds. */
    double work() {
        double work = 0;
        for (Lane lane : lanes) {
            work += lane.work();
        }
        return work;
    }

    /** Who is next; null if nobody may be served now. */
    @Nullable
    TenantQueue next(NodeSlots node) {
        TenantQueue next = null;
        for (Lane lane : lanes) {
            next = earlier(next, lane.next(node));
        }
        return next;
    }

    @Nullable
    TenantQueue earlier(@Nullable TenantQueue one, @Nullable TenantQueue other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return order.compare(one, other) <= 0 ? one : other;
    }
}

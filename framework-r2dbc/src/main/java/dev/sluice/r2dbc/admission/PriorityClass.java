package dev.sluice.r2dbc.admission;

import dev.sluice.access.Priority;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The waiters of one priority, and the two virtual times by which it is shared and shares. */
final class PriorityClass {

    final Priority priority;
    final int index;
    final Order order;
    final List<Lane> lanes = new ArrayList<>();
    int waiting;
    /** Up to where this class was granted, in grants for its weight. */
    double granted;
    /** Up to where its tenants were served in their turn, in the virtual time of tenants: nanoseconds for their weight. */
    double virtualTime;
    /** The weights of the tenants that wait. */
    long weights;

    private long wentOnNanos;

    PriorityClass(Priority priority, int index, Order order) {
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
    TenantQueue next(NodeSlots node, long now) {
        TenantQueue next = null;
        for (Lane lane : lanes) {
            next = earlier(next, lane.next(node, now));
        }
        return next;
    }

    /** When the first is due of those that nothing but the node keeps waiting; {@link Double#MAX_VALUE} if there is none. */
    double firstDue() {
        double first = Double.MAX_VALUE;
        for (Lane lane : lanes) {
            first = Math.min(first, lane.firstDue());
        }
        return first;
    }

    /**
     * Has the virtual time go on. Whoever was served before its turn does not move it: else it would go as fast as the
     * quickest of them, and the others would never catch up.
     */
    void goOn(double to, long now) {
        if (to > virtualTime) {
            virtualTime = to;
            wentOnNanos = now;
        }
    }

    /**
     * Whether a newcomer may have one of the last slots: when its turn comes within one of its calls. Tenants can then not
     * drift apart by more than that, and have their shares in the long run. While the virtual time stands still, because
     * the calls of others are long, a newcomer may use one slot all that while.
     */
    boolean mayGoAhead(TenantQueue newcomer, long now) {
        double ahead = order.callsAhead() * Math.max(newcomer.serviceNanos(), (double) now - wentOnNanos);
        return newcomer.due() <= Math.max(virtualTime, firstDue()) + ahead / newcomer.weight();
    }

    @Nullable
    TenantQueue earlier(@Nullable TenantQueue one, @Nullable TenantQueue other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return order.tenants().compare(one, other) <= 0 ? one : other;
    }
}

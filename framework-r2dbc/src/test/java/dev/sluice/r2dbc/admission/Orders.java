package dev.sluice.r2dbc.admission;

import java.util.Comparator;

/** Orders that are not the fair one. */
final class Orders {

    private Orders() {}

    /** Tenants in another order. */
    static Order by(Comparator<TenantQueue> tenants) {
        return new Order(tenants, Order.FAIR.deadlines(), Order.FAIR.principals(), Order.FAIR.callsAhead());
    }

    /** Newcomers that may be ahead of their turn by another number of calls. */
    static Order ahead(double calls) {
        return new Order(Order.FAIR.tenants(), Order.FAIR.deadlines(), Order.FAIR.principals(), calls);
    }

    /** When the next of a tenant arrived. */
    static long arrival(TenantQueue queue) {
        QueuedRequest next = queue.next();
        return next == null ? Long.MAX_VALUE : next.arrival;
    }
}

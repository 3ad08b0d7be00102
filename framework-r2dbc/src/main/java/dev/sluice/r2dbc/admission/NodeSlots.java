package dev.sluice.r2dbc.admission;

/**
 * The connections of a node: how many are in flight, and who may have one more. Reserved ones wait for their tenants, and the
 * last fifth goes only to tenants with nothing in flight of their class or above, so that a newcomer never waits for the slow
 * queries of others.
 */
final class NodeSlots {

    private static final int FEWEST_FOR_NEWCOMERS = 3;

    private int limit;
    private int reserved;
    private int inFlight;
    private int reservedInUse;

    void limits(int limit, int reserved) {
        this.limit = limit;
        this.reserved = reserved;
    }

    int limit() {
        return limit;
    }

    int inFlight() {
        return inFlight;
    }

    /** The slots that only newcomers may take: ⌈limit / 5⌉. */
    int forNewcomers() {
        return limit < FEWEST_FOR_NEWCOMERS ? 0 : (limit + 4) / 5;
    }

    boolean isFull() {
        return inFlight >= limit;
    }

    boolean hasRoomForAll() {
        return unreserved() > forNewcomers();
    }

    boolean hasRoomForNewcomers() {
        return unreserved() > 0;
    }

    boolean hasRoomFor(TenantState tenant, PriorityClass priorityClass) {
        if (tenant.mayUseReserve()) {
            return !isFull();
        }
        return tenant.isNewcomerIn(priorityClass) ? hasRoomForNewcomers() : hasRoomForAll();
    }

    private int unreserved() {
        return limit - inFlight - Math.max(0, reserved - reservedInUse);
    }

    void take(TenantState tenant, PriorityClass priorityClass) {
        if (tenant.isBelowReserve()) {
            reservedInUse++;
        }
        inFlight++;
        tenant.take(priorityClass);
    }

    void giveBack(TenantState tenant, PriorityClass priorityClass) {
        inFlight--;
        tenant.giveBack(priorityClass);
        if (tenant.isBelowReserve()) {
            reservedInUse--;
        }
    }

    /** Counts anew what of the reserve is in use, after the tenants' reserves have changed. */
    void recount(Iterable<TenantState> tenants) {
        reservedInUse = 0;
        for (TenantState tenant : tenants) {
            reservedInUse += Math.min(tenant.inFlight, tenant.limits.reserved());
        }
    }
}

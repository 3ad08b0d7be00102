package dev.sluice.r2dbc.admission;

import java.util.Comparator;

/**
 * Who comes before whom. Anything but {@link #FAIR} is for tests, which count comparisons, or break what they test.
 *
 * @param tenants who of the tenants is served next
 * @param deadlines whose deadline comes first
 * @param principals who of a tenant's principals is served next
 * @param callsAhead by how many of its calls a newcomer may go ahead of its turn
 */
record Order(
        Comparator<TenantQueue> tenants,
        Comparator<QueuedRequest> deadlines,
        Comparator<PrincipalQueue> principals,
        double callsAhead) {

    /**
     * Of tenants who is due first; among equals who has the least in flight for its weight; then who waits the longest. Of
     * principals who waits the longest.
     */
    static final Order FAIR =
            new Order(Lane::compare, QueuedRequest::byDeadline, Comparator.comparingLong(PrincipalQueue::arrival), 1);
}

package dev.sluice.r2dbc.admission;

import java.time.Duration;

/**
 * How long a waiter will take, its own call included, if all goes on as now: the calls before it, each as long as the mean of
 * its workload, over the slots that serve them. It is the shorter of two estimates, for both bound it: everybody goes
 * first, or its tenant gets no more than its fair share.
 */
record WaitEstimate(double nanos, double perCallNanos, boolean isTrustworthy) {

    private static final double CERTAIN = 0.9;
    private static final Duration UNKNOWN = Duration.ofMillis(100);

    static WaitEstimate of(TenantQueue queue, NodeSlots node, Iterable<PriorityClass> classes) {
        Lane lane = queue.lane;
        PriorityClass own = lane.priorityClass;
        int limit = Math.max(1, node.limit());
        int ofWorkload = Math.max(1, lane.workload.limit(limit));
        double everybody = 0;
        int classWeights = 0;
        for (PriorityClass each : classes) {
            everybody += each.index <= own.index ? each.work() : 0;
            classWeights += each.waiting > 0 ? each.priority.weight() : 0;
        }
        double last = Math.max(everybody / limit, lane.workload.workUpTo(own) / ofWorkload);
        double share = Math.min(
                (double) limit * own.priority.weight() / classWeights * queue.weight() / own.weights,
                (double) ofWorkload * queue.weight() / lane.weights);
        int most = Math.min(ofWorkload, queue.tenant.limits.maxConnections());
        double ofTenant = queue.tenant.workUpTo(own.priority);
        ServiceTime service = lane.workload.serviceTime;
        return new WaitEstimate(
                Math.max(ofTenant / most, Math.min(last, ofTenant / share)),
                service.nanos() / Math.min(most, share),
                service.isTrustworthy());
    }

    /** For a waiter whose turn it is. */
    static WaitEstimate ofOwnCall(ServiceTime service) {
        return new WaitEstimate(service.nanos(), service.nanos(), service.isTrustworthy());
    }

    /** Whether it is likely to take longer than this: a tenth is kept for what an estimate may be wrong. */
    boolean exceeds(long leftNanos) {
        return isTrustworthy && nanos > CERTAIN * leftNanos;
    }

    /** In what time the queue moves on by one. */
    Duration untilNextTurn() {
        return perCallNanos == 0 ? UNKNOWN : atLeastOneMilli(perCallNanos);
    }

    /** In what time a call with so much time left would be done in time. */
    Duration untilWithin(long leftNanos) {
        return atLeastOneMilli(nanos - CERTAIN * leftNanos);
    }

    private static Duration atLeastOneMilli(double nanos) {
        return Duration.ofMillis(Math.max(1, (long) Math.ceil(nanos / 1_000_000)));
    }
}

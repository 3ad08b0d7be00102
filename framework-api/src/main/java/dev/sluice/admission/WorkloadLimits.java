package dev.sluice.admission;

import dev.sluice.access.Priority;

/**
 * What one workload may use of a node.
 *
 * @param priority order among waiters
 * @param maxConnections most connections at once; 0 means no limit of its own
 */
public record WorkloadLimits(Priority priority, int maxConnections) {

    /** @throws IllegalArgumentException if the limit is negative */
    public WorkloadLimits {
        LimitChecks.atLeast("max-connections", maxConnections, 0);
    }
}

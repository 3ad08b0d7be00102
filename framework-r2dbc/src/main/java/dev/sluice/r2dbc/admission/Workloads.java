package dev.sluice.r2dbc.admission;

import dev.sluice.access.Workload;
import dev.sluice.admission.LimitSource;
import dev.sluice.admission.WorkloadLimits;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The workloads that were used since the start; there are no more than are configured. */
final class Workloads {

    private final LimitSource limits;
    private final NodeSlots node;
    private final Map<Workload, WorkloadState> states = new HashMap<>();

    Workloads(LimitSource limits, NodeSlots node) {
        this.limits = limits;
        this.node = node;
    }

    /** The state of a workload; an {@link IllegalArgumentException} if it is not configured. */
    WorkloadState of(Workload name) {
        WorkloadState known = states.get(name);
        if (known == null) {
            known = new WorkloadState(name, limits(name));
            states.put(name, known);
        }
        return known;
    }

    void limitsChanged() {
        states.values().forEach(state -> state.limits = limits(state.name));
    }

    Collection<WorkloadState> all() {
        return states.values();
    }

    // A stream holds its connection for as long as its reader likes.
    private WorkloadLimits limits(Workload name) {
        WorkloadLimits configured = limits.workload(name);
        if (!name.equals(Workload.STREAM)) {
            return configured;
        }
        int half = Math.max(1, node.limit() / 2);
        int most = configured.maxConnections() == 0 ? half : Math.min(half, configured.maxConnections());
        return new WorkloadLimits(configured.priority(), most);
    }
}

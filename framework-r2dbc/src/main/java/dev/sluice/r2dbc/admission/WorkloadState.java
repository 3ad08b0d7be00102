package dev.sluice.r2dbc.admission;

import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.WorkloadLimits;
import org.jspecify.annotations.Nullable;

/** What a workload has in flight on a node, and how long its calls hold a connection. */
final class WorkloadState {

    final Workload name;
    final ServiceTime serviceTime = new ServiceTime();
    WorkloadLimits limits;
    int inFlight;
    private final @Nullable Lane[] lanes = new Lane[Priority.values().length];

    WorkloadState(Workload name, WorkloadLimits limits) {
        this.name = name;
        this.limits = limits;
    }

    boolean isBelowLimit() {
        return limits.maxConnections() == 0 || inFlight < limits.maxConnections();
    }

    /** The most that it may have in flight on a node of this size. */
    int limit(int node) {
        return limits.maxConnections() == 0 ? node : Math.min(node, limits.maxConnections());
    }

    Lane lane(PriorityClass priorityClass) {
        Lane lane = lanes[priorityClass.index];
        if (lane == null) {
            lane = new Lane(priorityClass, this);
            lanes[priorityClass.index] = lane;
            priorityClass.lanes.add(lane);
        }
        return lane;
    }

    /** What its waiters of this class and above will take, in nanoseconds. */
    double workUpTo(PriorityClass priorityClass) {
        double work = 0;
        for (int i = 0; i <= priorityClass.index; i++) {
            Lane lane = lanes[i];
            work += lane == null ? 0 : lane.work();
        }
        return work;
    }

    int waiting() {
        int waiting = 0;
        for (Lane lane : lanes) {
            waiting += lane == null ? 0 : lane.waiting;
        }
        return waiting;
    }
}

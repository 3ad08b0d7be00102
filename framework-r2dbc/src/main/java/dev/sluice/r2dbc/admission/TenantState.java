package dev.sluice.r2dbc.admission;

import dev.sluice.access.Priority;
import dev.sluice.admission.TenantLimits;
import dev.sluice.tenant.TenantId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tenant that has permits or waiters; nothing is kept of the others. */
final class TenantState {

    private static final int CLASSES = Priority.values().length;
    private static final Map<String, PrincipalState> NONE = Map.of();

    /** Which tenant; null for work across tenants. */
    final @Nullable TenantId id;

    TenantLimits limits;
    int inFlight;
    int waiting;
    private final int[] inFlightByClass = new int[CLASSES];
    /** Where it waits: one queue for each priority and workload. */
    List<TenantQueue> queues = List.of();

    private double @Nullable [] served;
    /** Most tenants have one principal at a time; a map is for those that have more. */
    private @Nullable PrincipalState firstPrincipal;

    private Map<String, PrincipalState> otherPrincipals = NONE;

    TenantState(@Nullable TenantId id, TenantLimits limits) {
        this.id = id;
        this.limits = limits;
    }

    boolean isEmpty() {
        return inFlight == 0 && waiting == 0;
    }

    boolean isBelowLimit() {
        return inFlight < limits.maxConnections();
    }

    boolean isBelowReserve() {
        return inFlight < limits.reserved();
    }

    /** Without a tenant come the start, the verification and the ping: they are short, and never to be shut out. */
    boolean mayUseReserve() {
        return id == null || isBelowReserve();
    }

    /**
     * Whether it has nothing in flight of this class or above: its own background work does not shut it out. Work across
     * tenants is nobody's flood.
     */
    boolean isNewcomerIn(PriorityClass priorityClass) {
        for (int i = 0; i <= priorityClass.index; i++) {
            if (inFlightByClass[i] > 0 && id != null) {
                return false;
            }
        }
        return true;
    }

    void take(PriorityClass priorityClass) {
        inFlight++;
        inFlightByClass[priorityClass.index]++;
    }

    void giveBack(PriorityClass priorityClass) {
        inFlight--;
        inFlightByClass[priorityClass.index]--;
    }

    boolean admits(@Nullable PrincipalState principal) {
        int limit = limits.perPrincipal().maxConnections();
        return isBelowLimit() && (limit == 0 || principal == null || principal.inFlight < limit);
    }

    /** Up to where it was served in the virtual time of a priority class; 0 if it was not. */
    double served(PriorityClass priorityClass) {
        return served == null ? 0 : served[priorityClass.index];
    }

    void served(PriorityClass priorityClass, double upTo) {
        if (served == null) {
            served = new double[CLASSES];
        }
        served[priorityClass.index] = upTo;
    }

    double @Nullable [] charges() {
        return served;
    }

    void charges(double @Nullable [] remembered) {
        served = remembered;
    }

    @Nullable
    PrincipalState principal(@Nullable String name) {
        if (name == null) {
            return null;
        }
        PrincipalState first = firstPrincipal;
        if (first != null && first.name.equals(name)) {
            return first;
        }
        PrincipalState other = otherPrincipals.get(name);
        return other == null ? added(new PrincipalState(name)) : other;
    }

    private PrincipalState added(PrincipalState principal) {
        if (firstPrincipal == null) {
            firstPrincipal = principal;
            return principal;
        }
        if (otherPrincipals == NONE) {
            otherPrincipals = new HashMap<>();
        }
        otherPrincipals.put(principal.name, principal);
        return principal;
    }

    void forgetIfEmpty(@Nullable PrincipalState principal) {
        if (principal == null || !principal.isEmpty()) {
            return;
        }
        if (firstPrincipal == principal) {
            firstPrincipal = null;
        } else {
            otherPrincipals.remove(principal.name);
        }
    }

    /** Puts its queues where they belong after anything about it has changed. */
    void placeQueues() {
        for (TenantQueue queue : queues) {
            queue.lane.place(queue);
        }
    }

    TenantQueue queue(Lane lane) {
        TenantQueue known = knownQueue(lane);
        if (known != null) {
            return known;
        }
        TenantQueue queue = new TenantQueue(this, lane);
        if (queues.isEmpty()) {
            queues = new ArrayList<>(1);
        }
        queues.add(queue);
        return queue;
    }

    private @Nullable TenantQueue knownQueue(Lane lane) {
        for (TenantQueue queue : queues) {
            if (queue.lane == lane) {
                return queue;
            }
        }
        return null;
    }

    /** Remembers how long a call was served, for as long as others wait behind it. */
    void recordService(Lane lane, long nanos) {
        TenantQueue queue = knownQueue(lane);
        if (queue != null) {
            queue.recordService(nanos);
        }
    }

    /** What its waiters of this class and above will take, in nanoseconds. */
    double workUpTo(Priority priority) {
        double work = 0;
        for (TenantQueue queue : queues) {
            if (queue.lane.priorityClass.priority.compareTo(priority) <= 0) {
                work += queue.size() * queue.lane.workload.serviceTime.nanos();
            }
        }
        return work;
    }

    /** When the waiter arrived that waits the longest; {@link Long#MAX_VALUE} if nobody waits. */
    long oldestArrivalNanos() {
        long oldest = Long.MAX_VALUE;
        for (TenantQueue queue : queues) {
            QueuedRequest next = queue.firstWaiter();
            oldest = next == null ? oldest : Math.min(oldest, next.arrivedNanos);
        }
        return oldest;
    }
}

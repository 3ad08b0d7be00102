package dev.sluice.r2dbc.admission;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Callers and connections around a scheduler, in virtual time. Each caller keeps a number of calls in flight or waiting; a
 * call holds its connection for a time of its own.
 */
class Simulation implements Decisions {

    /** A kind of caller; with a concurrency of 0 one that calls only when it is told to. */
    record Flow(
            @Nullable TenantId tenant,
            @Nullable String principal,
            Workload workload,
            Priority priority,
            int concurrency,
            long serviceNanos) {

        static Flow of(String tenant, int concurrency, Duration service) {
            return new Flow(
                    TenantId.of(tenant),
                    null,
                    Workload.INTERACTIVE,
                    Priority.INTERACTIVE,
                    concurrency,
                    service.toNanos());
        }

        Flow as(String other) {
            return new Flow(tenant, other, workload, priority, concurrency, serviceNanos);
        }

        Flow in(Workload other, Priority at) {
            return new Flow(tenant, principal, other, at, concurrency, serviceNanos);
        }
    }

    private static final long NO_DEADLINE = Duration.ofDays(1).toNanos();

    /** Who was served, in order. */
    final List<Flow> order = new ArrayList<>();

    private final int connections;
    private final FairScheduler scheduler;
    private final Random random;
    private final Map<Flow, Long> served = new HashMap<>();
    private final PriorityQueue<End> ends = new PriorityQueue<>(Comparator.comparingLong(End::at));
    private long now = 1;

    Simulation(AdmissionSettings settings, int connections, long seed) {
        this(settings, connections, Order.FAIR, seed);
    }

    Simulation(AdmissionSettings settings, int connections, Order order, long seed) {
        this.connections = connections;
        this.scheduler = new FairScheduler(new TestLimits(settings), connections, order);
        this.random = new Random(seed);
    }

    /** Starts the callers and runs until so many calls were served. */
    Simulation run(int calls, List<Flow> flows) {
        flows.forEach(flow -> {
            for (int i = 0; i < flow.concurrency; i++) {
                call(flow);
            }
        });
        while (order.size() < calls) {
            next();
        }
        return this;
    }

    /** Runs for so long. */
    void runFor(Duration time) {
        long until = now + time.toNanos();
        while (!ends.isEmpty() && ends.peek().at <= until) {
            next();
        }
        sweepUntil(until);
        now = until;
    }

    private void next() {
        End end = ends.remove();
        sweepUntil(end.at);
        now = end.at;
        Flow flow = end.call.flow;
        served.merge(flow, now - end.slot.grantedNanos, Long::sum);
        order.add(flow);
        scheduler.release(end.slot, now, this);
        if (flow.concurrency > 0) {
            call(flow);
        }
    }

    /** Makes one call of a caller whose concurrency is 0, now; false if it has to wait. */
    boolean isServedAtOnce(Flow flow) {
        return !call(flow).isWaiting();
    }

    private void sweepUntil(long until) {
        long period = Sweep.PERIOD.toNanos();
        for (long at = (now / period + 1) * period; at <= until; at += period) {
            now = at;
            scheduler.expire(now, this);
        }
    }

    /** How long the connections were held for a flow, in seconds. */
    double heldSeconds(Flow flow) {
        return served.getOrDefault(flow, 0L) / 1e9;
    }

    /** How many connections are in use for a flow, on average. */
    double inUse(Flow flow) {
        return served.getOrDefault(flow, 0L) / (double) now;
    }

    /** How much of the connections is not in use, on average. */
    double idle() {
        double used = 0;
        for (long nanos : served.values()) {
            used += nanos;
        }
        return 1 - used / now / connections;
    }

    private Call call(Flow flow) {
        AdmissionRequest request = new AdmissionRequest(
                flow.tenant, flow.workload, flow.priority, new Deadline(now + NO_DEADLINE), flow.principal);
        Call call = new Call(request, flow);
        Slot slot = scheduler.tryGrant(request, now);
        if (slot == null) {
            scheduler.add(call, now, this);
        } else {
            granted(call, slot);
        }
        return call;
    }

    @Override
    public void granted(QueuedRequest waiter, Slot slot) {
        Call call = (Call) waiter;
        // A tenth more or less, so that nothing goes in lockstep.
        long service = (long) (call.flow.serviceNanos * (0.9 + 0.2 * random.nextDouble()));
        ends.add(new End(now + service, call, slot));
    }

    @Override
    public void rejected(QueuedRequest waiter, AdmissionRejectedException reason, long at) {
        throw new AssertionError("nobody is rejected here", reason);
    }

    @Override
    public void wouldReject(QueuedRequest waiter, AdmissionRejectedException reason) {}

    /** Jain's index of what each has, over what each is entitled to: 1 is fair, 1/n is one who has everything. */
    static double jain(double[] shares) {
        double sum = 0;
        double squares = 0;
        for (double share : shares) {
            sum += share;
            squares += share * share;
        }
        return sum * sum / (shares.length * squares);
    }

    private static final class Call extends QueuedRequest {

        final Flow flow;

        Call(AdmissionRequest request, Flow flow) {
            super(request);
            this.flow = flow;
        }
    }

    private record End(long at, Call call, Slot slot) {}
}

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

    /** A kind of caller. */
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

        Flow in(Workload other, Priority at) {
            return new Flow(tenant, principal, other, at, concurrency, serviceNanos);
        }
    }

    final TestLimits limits;
    final FairScheduler scheduler;
    final Random random;
    final Map<Flow, Long> served = new HashMap<>();
    final List<Flow> order = new ArrayList<>();
    long now = 1;
    private final PriorityQueue<End> ends = new PriorityQueue<>(Comparator.comparingLong(End::at));
    private final Duration timeout;

    Simulation(AdmissionSettings settings, int connections, long seed) {
        this(new TestLimits(settings), connections, Lane.ORDER, seed, Duration.ofDays(1));
    }

    Simulation(TestLimits limits, int connections, Comparator<TenantQueue> order, long seed, Duration timeout) {
        this.limits = limits;
        this.scheduler = new FairScheduler(limits, connections, order);
        this.random = new Random(seed);
        this.timeout = timeout;
    }

    /** Starts the callers and runs until so many calls were served. */
    Simulation run(int calls, List<Flow> flows) {
        flows.forEach(flow -> {
            for (int i = 0; i < flow.concurrency; i++) {
                call(flow);
            }
        });
        while (order.size() < calls) {
            End end = ends.remove();
            now = end.at;
            served.merge(end.call.flow, end.call.flow.serviceNanos, Long::sum);
            order.add(end.call.flow);
            scheduler.release(end.slot, now, this);
            call(end.call.flow);
        }
        return this;
    }

    /** How long the connections were held for a flow, in seconds. */
    double heldSeconds(Flow flow) {
        return served.getOrDefault(flow, 0L) / 1e9;
    }

    private void call(Flow flow) {
        AdmissionRequest request = new AdmissionRequest(
                flow.tenant, flow.workload, flow.priority, new Deadline(now + timeout.toNanos()), flow.principal);
        Call call = new Call(request, flow);
        Slot slot = scheduler.tryGrant(request, now);
        if (slot == null) {
            scheduler.add(call, now, this);
        } else {
            granted(call, slot);
        }
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

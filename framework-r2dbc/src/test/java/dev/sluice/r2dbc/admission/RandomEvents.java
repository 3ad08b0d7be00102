package dev.sluice.r2dbc.admission;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Random arrivals, cancels, releases, limit changes and time, and after each the invariants, by books of its own. A fault
 * breaks the scheduler, or what it is told, in one place.
 */
final class RandomEvents implements Decisions {

    enum Fault {
        NONE,
        /** The scheduler believes in one connection more than there is. */
        LIMIT_TOO_HIGH,
        /** The scheduler does not know the limit of principals. */
        PRINCIPALS_UNLIMITED,
        /** A slot that comes back is lost now and then. */
        RELEASE_LOST,
        /** A cancelled waiter is left where it waits. */
        CANCEL_LOST,
        /** The scheduler does not hear of changed limits. */
        CHANGE_UNHEARD,
        /** Nobody looks at deadlines. */
        NO_EXPIRY
    }

    private static final int CONNECTIONS = 12;
    private static final int TENANTS = 12;
    private static final int MOST_WAITING = 60;
    private static final long TICK = 1_000_000;
    private static final Workload[] WORKLOADS = {Workload.INTERACTIVE, Workload.REPORTING, Workload.BACKGROUND};

    private final Random random;
    private final Fault fault;
    private final TestLimits limits;
    private final FairScheduler scheduler;
    private final List<Asked> waiting = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();
    private long now = 1;
    private long granted;
    private long returned;
    long rejected;
    long cancelled;

    RandomEvents(long seed, Fault fault) {
        this.random = new Random(seed);
        this.fault = fault;
        this.limits = new TestLimits(settings());
        this.scheduler = new FairScheduler(
                switch (fault) {
                    case LIMIT_TOO_HIGH -> new TooHigh(limits);
                    case PRINCIPALS_UNLIMITED -> new PrincipalsUnlimited(limits);
                    default -> limits;
                },
                fault == Fault.LIMIT_TOO_HIGH ? CONNECTIONS + 1 : CONNECTIONS);
    }

    /** Runs so many events and then ends what is left. */
    void run(int events) {
        for (int i = 0; i < events; i++) {
            event();
            check();
        }
        while (!waiting.isEmpty() || !held.isEmpty()) {
            if (!waiting.isEmpty()) {
                cancel();
            }
            if (!held.isEmpty()) {
                release();
            }
        }
        check();
        require(scheduler.tenants().isEmpty(), "state is kept for tenants without permits or waiters");
        require(scheduler.remembered() == 0, "charges are remembered though nobody waits");
    }

    long grants() {
        return granted;
    }

    private void event() {
        int kind = random.nextInt(1_000);
        if (kind < 450) {
            arrive();
        } else if (kind < 800) {
            if (!held.isEmpty()) {
                release();
            }
        } else if (kind < 850) {
            if (!waiting.isEmpty()) {
                cancel();
            }
        } else if (kind < 995) {
            now += random.nextInt(20) * TICK;
            if (fault != Fault.NO_EXPIRY) {
                scheduler.expire(now, this);
            }
            require(waiting.stream().noneMatch(asked -> asked.isExpired(now)), "somebody waits on after its deadline");
        } else {
            limits.change(settings());
            if (fault != Fault.CHANGE_UNHEARD) {
                scheduler.limitsChanged(now, this);
            }
        }
    }

    private void arrive() {
        if (waiting.size() >= MOST_WAITING) {
            return;
        }
        Asked asked = new Asked(request());
        Slot slot = scheduler.tryGrant(asked.request, now);
        if (slot != null) {
            require(waiting.stream().noneMatch(this::mayRun), "a newcomer overtook a waiter");
            granted(asked, slot);
            return;
        }
        waiting.add(asked);
        scheduler.add(asked, now, this);
    }

    private void cancel() {
        Asked asked = waiting.remove(random.nextInt(waiting.size()));
        cancelled++;
        if (fault != Fault.CANCEL_LOST) {
            scheduler.remove(asked);
        }
    }

    private void release() {
        Held back = held.remove(random.nextInt(held.size()));
        returned++;
        if (fault != Fault.RELEASE_LOST || random.nextInt(50) != 0) {
            scheduler.release(back.slot, now, this);
        }
    }

    @Override
    public void granted(QueuedRequest waiter, Slot slot) {
        AdmissionRequest request = waiter.request;
        waiting.remove(waiter);
        require(mayRun((Asked) waiter), "a grant over a limit: %s", request);
        require(request.deadline().nanoTime() > now, "a grant after the deadline");
        granted++;
        held.add(new Held(request, slot));
    }

    @Override
    public void rejected(QueuedRequest waiter, AdmissionRejectedException reason, long at) {
        rejected++;
        require(waiting.remove(waiter), "somebody was rejected who does not wait");
    }

    @Override
    public void wouldReject(QueuedRequest waiter, AdmissionRejectedException reason) {
        require(limits.isDryRun(), "a dry run when there is none");
    }

    private void check() {
        require(granted - returned == held.size(), "the books are wrong");
        require(scheduler.node().inFlight() == held.size(), "grants less returns are not what is in flight");
        require(scheduler.waiting() == waiting.size(), "waiters were lost or are left");
        require(waiting.stream().noneMatch(this::mayRun), "a slot idles while a waiter may use it");
    }

    /** By the rules, not by the scheduler. */
    private boolean mayRun(Asked asked) {
        AdmissionRequest request = asked.request;
        int node = limits.maxConnections() == 0 ? CONNECTIONS : limits.maxConnections();
        int free = node - held.size();
        int workload = limits.workload(request.workload()).maxConnections();
        if (free <= 0 || (workload > 0 && held(request.workload()) >= workload)) {
            return false;
        }
        TenantId tenant = request.tenant();
        if (tenant == null) {
            return true;
        }
        TenantLimits of = limits.tenant(tenant);
        int own = held(tenant);
        int principal = of.perPrincipal().maxConnections();
        if (own >= of.maxConnections()
                || (principal > 0 && request.principal() != null && held(tenant, request.principal()) >= principal)) {
            return false;
        }
        if (own < of.reserved()) {
            return true;
        }
        int newcomers = node < 3 ? 0 : (int) Math.ceil(node * 0.2);
        boolean newcomer = heldUpTo(request.priority(), tenant) == 0;
        return free - unmetReserve() > (newcomer ? 0 : newcomers);
    }

    private int unmetReserve() {
        int unmet = 0;
        for (Map.Entry<TenantId, TenantLimits> each :
                limits.settings().tenantOverrides().entrySet()) {
            if (each.getValue().reserved() > 0) {
                unmet += Math.max(0, each.getValue().reserved() - held(each.getKey()));
            }
        }
        return unmet;
    }

    private int held(TenantId tenant) {
        int count = 0;
        for (Held each : held) {
            count += tenant.equals(each.request.tenant()) ? 1 : 0;
        }
        return count;
    }

    private int heldUpTo(Priority priority, TenantId tenant) {
        int count = 0;
        for (Held each : held) {
            boolean counts = tenant.equals(each.request.tenant())
                    && each.request.priority().compareTo(priority) <= 0;
            count += counts ? 1 : 0;
        }
        return count;
    }

    private int held(TenantId tenant, String principal) {
        int count = 0;
        for (Held each : held) {
            count += tenant.equals(each.request.tenant()) && principal.equals(each.request.principal()) ? 1 : 0;
        }
        return count;
    }

    private int held(Workload workload) {
        int count = 0;
        for (Held each : held) {
            count += workload.equals(each.request.workload()) ? 1 : 0;
        }
        return count;
    }

    private AdmissionRequest request() {
        int tenant = random.nextInt(TENANTS + 1);
        return new AdmissionRequest(
                tenant == TENANTS ? null : TenantId.of("t" + tenant),
                WORKLOADS[random.nextInt(WORKLOADS.length)],
                Priority.values()[random.nextInt(3)],
                new Deadline(now + random.nextInt(500) * TICK),
                random.nextBoolean() ? null : "p" + random.nextInt(3));
    }

    private AdmissionSettings settings() {
        Map<TenantId, TenantLimits> overrides =
                new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
        int reserve = 0;
        for (int i = 0; i < TENANTS; i += 2) {
            int reserved = reserve < 3 ? random.nextInt(3) : 0;
            reserve += reserved;
            overrides.put(TenantId.of("t" + i), tenant(2 + random.nextInt(4), reserved));
        }
        return new AdmissionSettings(
                5 + random.nextInt(CONNECTIONS - 4),
                10 + random.nextInt(MOST_WAITING),
                random.nextInt(4) == 0,
                tenant(1 + random.nextInt(5), 0),
                overrides,
                Map.of(Workload.BACKGROUND, new WorkloadLimits(Priority.BACKGROUND, random.nextInt(4))));
    }

    private TenantLimits tenant(int most, int reserved) {
        return new TenantLimits(
                most,
                reserved,
                1 + random.nextInt(4),
                random.nextInt(20),
                0,
                new PrincipalLimits(random.nextInt(3), 0));
    }

    private static void require(boolean condition, String rule, Object... details) {
        if (!condition) {
            throw new AssertionError(rule.formatted(details));
        }
    }

    private static final class Asked extends QueuedRequest {

        Asked(AdmissionRequest request) {
            super(request);
        }
    }

    private record Held(AdmissionRequest request, Slot slot) {}

    /** One more than the truth. */
    private static final class TooHigh extends TestLimits {

        private final TestLimits truth;

        TooHigh(TestLimits truth) {
            super(truth.settings());
            this.truth = truth;
        }

        @Override
        AdmissionSettings settings() {
            return truth.settings();
        }

        @Override
        public int maxConnections() {
            return truth.maxConnections() + 1;
        }
    }

    private static final class PrincipalsUnlimited extends TestLimits {

        private final @Nullable TestLimits truth;

        PrincipalsUnlimited(TestLimits truth) {
            super(truth.settings());
            this.truth = truth;
        }

        @Override
        AdmissionSettings settings() {
            return Objects.requireNonNull(truth).settings();
        }

        @Override
        public TenantLimits tenant(TenantId tenant) {
            TenantLimits of = settings().limitsOf(tenant);
            return new TenantLimits(
                    of.maxConnections(), of.reserved(), of.weight(), of.maxWaiting(), 0, PrincipalLimits.NONE);
        }
    }
}

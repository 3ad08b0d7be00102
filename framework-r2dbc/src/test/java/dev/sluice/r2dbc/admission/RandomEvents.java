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
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

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
        /** The scheduler does not know what is reserved for whom. */
        RESERVES_UNKNOWN,
        /** The scheduler takes all tenants for equal. */
        WEIGHTS_UNKNOWN,
        /** A slot that comes back is lost now and then. */
        RELEASE_LOST,
        /** A cancelled waiter is left where it waits. */
        CANCEL_LOST,
        /** The scheduler does not hear of changed limits. */
        CHANGE_UNHEARD,
        /** Nobody looks at deadlines. */
        NO_EXPIRY,
        /** Newcomers may not go ahead of others, so that the last slots are nobody's. */
        NEWCOMERS_HELD_BACK
    }

    private static final int CONNECTIONS = 12;
    private static final int TENANTS = 12;
    private static final int MOST_WAITING = 60;
    private static final int HEAVY = 10;
    private static final long TICK = 1_000_000;
    private static final Workload[] WORKLOADS = {Workload.INTERACTIVE, Workload.REPORTING, Workload.BACKGROUND};

    private final Random random;
    private final Fault fault;
    private final TestLimits limits;
    private final Books books;
    private final FairScheduler scheduler;
    private long now = 1;
    private long granted;
    private long returned;
    long rejected;
    long cancelled;

    RandomEvents(long seed, Fault fault) {
        this.random = new Random(seed);
        this.fault = fault;
        this.limits = new TestLimits(settings());
        this.books = new Books(limits, CONNECTIONS);
        this.scheduler = new FairScheduler(
                MisheardLimits.under(fault, limits),
                fault == Fault.LIMIT_TOO_HIGH ? CONNECTIONS + 1 : CONNECTIONS,
                fault == Fault.NEWCOMERS_HELD_BACK ? Orders.ahead(-1e9) : Order.FAIR);
    }

    /** Runs so many events and then ends what is left. */
    void run(int events) {
        for (int i = 0; i < events; i++) {
            event();
            check();
        }
        Books.require(books.grantsFavourTheHeavy(), "weights count for nothing");
        while (!books.waiting.isEmpty() || !books.held.isEmpty()) {
            if (!books.waiting.isEmpty()) {
                cancel();
            }
            if (!books.held.isEmpty()) {
                release();
            }
        }
        check();
        Books.require(scheduler.tenants().isEmpty(), "state is kept for tenants without permits or waiters");
        Books.require(scheduler.remembered() == 0, "charges are remembered though nobody waits");
    }

    long grants() {
        return granted;
    }

    private void event() {
        int kind = random.nextInt(1_000);
        if (kind < 450) {
            arrive();
        } else if (kind < 800) {
            if (!books.held.isEmpty()) {
                release();
            }
        } else if (kind < 850) {
            if (!books.waiting.isEmpty()) {
                cancel();
            }
        } else if (kind < 995) {
            now += random.nextInt(20) * TICK;
            if (fault != Fault.NO_EXPIRY) {
                scheduler.expire(now, this);
            }
            Books.require(
                    books.waiting.stream().noneMatch(asked -> asked.isExpired(now)),
                    "somebody waits on after its deadline");
        } else {
            limits.change(settings());
            if (fault != Fault.CHANGE_UNHEARD) {
                scheduler.limitsChanged(now, this);
            }
        }
    }

    private void arrive() {
        if (books.waiting.size() >= MOST_WAITING) {
            return;
        }
        QueuedRequest asked = new QueuedRequest(request());
        Slot slot = scheduler.tryGrant(asked.request, now);
        if (slot != null) {
            Books.require(books.waiting.isEmpty(), "somebody who came overtook a waiter");
            granted(asked, slot);
            return;
        }
        books.waiting.add(asked);
        scheduler.add(asked, now, this);
    }

    private void cancel() {
        QueuedRequest asked = books.waiting.remove(random.nextInt(books.waiting.size()));
        cancelled++;
        if (fault != Fault.CANCEL_LOST) {
            scheduler.remove(asked, now, this);
        }
    }

    private void release() {
        Books.Held back = books.held.remove(random.nextInt(books.held.size()));
        returned++;
        if (fault != Fault.RELEASE_LOST || random.nextInt(50) != 0) {
            scheduler.release(back.slot(), now, this);
        }
    }

    @Override
    public void granted(QueuedRequest waiter, Slot slot) {
        granted++;
        books.granted(waiter, slot, now);
    }

    @Override
    public void rejected(QueuedRequest waiter, AdmissionRejectedException reason, long at) {
        rejected++;
        Books.require(books.waiting.remove(waiter), "somebody was rejected who does not wait");
    }

    @Override
    public void wouldReject(QueuedRequest waiter, AdmissionRejectedException reason) {
        Books.require(limits.isDryRun(), "a dry run when there is none");
    }

    private void check() {
        Books.require(granted - returned == books.held.size(), "the books are wrong");
        Books.require(
                scheduler.node().inFlight() == books.held.size(), "grants less returns are not what is in flight");
        Books.require(scheduler.waiting() == books.waiting.size(), "waiters were lost or are left");
        books.check();
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
                random.nextBoolean() ? 1 : HEAVY,
                random.nextInt(20),
                0,
                new PrincipalLimits(random.nextInt(3), 0));
    }
}

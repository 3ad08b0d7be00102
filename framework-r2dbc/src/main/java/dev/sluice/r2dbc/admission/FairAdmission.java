package dev.sluice.r2dbc.admission;

import dev.sluice.admission.Admission;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.AdmissionSnapshot;
import dev.sluice.admission.LimitSource;
import dev.sluice.admission.Permit;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The admission of one node: a {@link FairScheduler} that many threads may use. Thread-safe; never blocks.
 *
 * <p>Whoever finds nobody inside goes in: a free permit costs him two writes of one counter. Whoever finds somebody inside
 * leaves a note, and who is inside reads all notes before he leaves. What was decided is said outside, on the thread that
 * decided, so that a waiter's code holds up at most those that were decided with it.
 */
public final class FairAdmission implements Admission {

    private static final Logger LOG = LoggerFactory.getLogger(FairAdmission.class);

    private static final int MOST_NOTES = 64;

    private final String node;
    private final LimitSource limits;
    private final FairScheduler scheduler;
    private final AdmissionObserver observer;
    private final Scheduler timer;
    private final LongSupplier clock;
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final RejectionTally rejected = new RejectionTally();
    private final Sweep sweep;
    private final Disposable changes;
    private volatile int inUse;
    private volatile int waiting;

    /**
     * @param node its name
     * @param limits the limits in force
     * @param connections the node's connections, at least 1
     * @param observer is told of every decision
     */
    public FairAdmission(String node, LimitSource limits, int connections, AdmissionObserver observer) {
        this(node, limits, new FairScheduler(limits, connections), observer, Schedulers.parallel(), System::nanoTime);
    }

    FairAdmission(
            String node,
            LimitSource limits,
            FairScheduler scheduler,
            AdmissionObserver observer,
            Scheduler timer,
            LongSupplier clock) {
        this.node = node;
        this.limits = limits;
        this.scheduler = scheduler;
        this.observer = new GuardedObserver(observer);
        this.timer = timer;
        this.clock = clock;
        this.sweep = new Sweep(timer, this::rejectExpired);
        this.changes = limits.onChange(() -> tell(FairScheduler::limitsChanged));
    }

    /**
     * Stops listening to changes of limits, so that nothing of this node is kept by them. Permits that are out and waiters go
     * on as before, by the limits that were in force. More than once is the same as once.
     */
    public void close() {
        changes.dispose();
    }

    @Override
    public @Nullable Permit tryAcquire(AdmissionRequest request) {
        if (!inside.compareAndSet(0, 1)) {
            return null;
        }
        Slot slot;
        try {
            slot = scheduler.tryGrant(request, clock.getAsLong());
        } finally {
            leave();
        }
        if (slot == null) {
            return null;
        }
        HeldPermit permit = new HeldPermit(this, slot);
        observer.granted(node, request, 0);
        return permit;
    }

    @Override
    public Mono<Permit> acquire(AdmissionRequest request) {
        return new PermitMono(this, request);
    }

    @Override
    public int inUse() {
        return inUse;
    }

    @Override
    public int waiting() {
        return waiting;
    }

    @Override
    public Mono<AdmissionSnapshot> snapshot(int mostTenants) {
        if (mostTenants < 0) {
            throw new IllegalArgumentException("tenants: %d (expected: >= 0)".formatted(mostTenants));
        }
        return Mono.create(sink -> tell(new SnapshotRequest(rejected, mostTenants, sink)));
    }

    /** Whether the workload is known; an {@link IllegalArgumentException} says so if it is not. */
    void check(AdmissionRequest request) {
        limits.workload(request.workload());
    }

    long now() {
        return clock.getAsLong();
    }

    void admit(Waiter waiter) {
        tell(waiter);
        if (waiter.isInterested()) {
            sweep.ensureRunning();
        }
    }

    void remove(Waiter waiter) {
        tell((current, now, out) -> {
            if (waiter.isWaiting()) {
                current.remove(waiter, now, out);
                out.left(waiter, now - waiter.arrivedNanos);
            }
        });
    }

    /** Counts a rejection that happened before admission, for the view. */
    public void countRejection(AdmissionRequest request, AdmissionRejectedException.Reason reason) {
        tell((current, now, out) -> rejected.count(request.tenant(), reason));
    }

    /** Has something happen inside, now or as soon as whoever is inside has read this note. */
    void tell(Event event) {
        if (inside.compareAndSet(0, 1)) {
            Outcomes out = outcomes();
            apply(event, out);
            leave(out);
        } else {
            events.add(event);
            if (inside.getAndIncrement() == 0) {
                leave(outcomes());
            }
        }
    }

    private Outcomes outcomes() {
        return new Outcomes(node, this, observer, rejected);
    }

    private void leave() {
        publish();
        if (!inside.compareAndSet(1, 0)) {
            leave(outcomes());
        }
    }

    private void leave(Outcomes out) {
        int read = 1;
        int notes = 0;
        do {
            for (Event next = events.poll(); next != null; next = events.poll()) {
                apply(next, out);
                notes++;
                if (notes == MOST_NOTES && isHandedOver()) {
                    out.deliver();
                    return;
                }
            }
            publish();
            read = inside.addAndGet(-read);
        } while (read != 0);
        out.deliver();
    }

    // Whoever is inside under load would else read the notes of all others for ever and never say what was decided.
    // Where nobody else is left to do it, as when schedulers are shut down, he reads on: else the node would stand
    // still.
    private boolean isHandedOver() {
        publish();
        try {
            timer.schedule(() -> leave(outcomes()));
            return true;
        } catch (RejectedExecutionException e) {
            LOG.debug(
                    "The scheduler takes no more work; {} notes were read by one thread, which goes on", MOST_NOTES, e);
            return false;
        }
    }

    private void apply(Event event, Outcomes out) {
        try {
            event.happen(scheduler, clock.getAsLong(), out);
        } catch (RuntimeException | Error e) {
            LOG.error("An admission decision failed; the others go on", e);
            out.afterwards(() -> event.failed(e));
        }
    }

    private void publish() {
        inUse = scheduler.node().inFlight();
        waiting = scheduler.waiting();
    }

    private boolean rejectExpired() {
        tell(FairScheduler::expire);
        // A note that nobody has read yet may be somebody's arrival.
        return inside.get() != 0 || waiting > 0;
    }
}

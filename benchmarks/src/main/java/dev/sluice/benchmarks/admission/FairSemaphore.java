package dev.sluice.benchmarks.admission;

import dev.sluice.admission.Admission;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.AdmissionSnapshot;
import dev.sluice.admission.Permit;
import dev.sluice.r2dbc.admission.Sweep;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * So many permits, first come, first served, whoever it is: what fair admission is compared with. It was Sluice's own
 * admission before tenants had budgets.
 *
 * <p>Who takes a free permit touches one counter. Who must wait joins a queue and then looks for free permits himself, and
 * who gives one back puts it on the counter and then looks for waiters: whichever of the two comes last sees the other, so
 * no permit idles beside a waiter. Grants are made by one thread at a time, hence in order. It is lock-free because its
 * callers are event loops.
 */
public final class FairSemaphore implements Admission {

    private static final Duration RETRY_AFTER = Duration.ofMillis(250);

    private final int permits;
    private final int maxWaiting;
    private final AtomicInteger free;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger granting = new AtomicInteger();
    private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    private final Sweep sweep;

    /**
     * @param permits most permits out at once; at least 1
     * @param maxWaiting most requests that wait; 0 means that nobody waits
     */
    public FairSemaphore(int permits, int maxWaiting) {
        this(permits, maxWaiting, Schedulers.parallel());
    }

    FairSemaphore(int permits, int maxWaiting, Scheduler scheduler) {
        if (permits < 1 || maxWaiting < 0) {
            throw new IllegalArgumentException(
                    "permits: %d, waiting: %d (expected: >= 1, >= 0)".formatted(permits, maxWaiting));
        }
        this.permits = permits;
        this.maxWaiting = maxWaiting;
        this.free = new AtomicInteger(permits);
        this.sweep = new Sweep(scheduler, this::rejectExpired);
    }

    @Override
    public @Nullable Permit tryAcquire(AdmissionRequest request) {
        return waiters.isEmpty() && takeFree() ? new Grant() : null;
    }

    @Override
    public Mono<Permit> acquire(AdmissionRequest request) {
        return new PermitMono(this, request);
    }

    @Override
    public int inUse() {
        return permits - free.get();
    }

    @Override
    public int waiting() {
        return waiting.get();
    }

    @Override
    public Mono<AdmissionSnapshot> snapshot(int mostTenants) {
        return Mono.fromSupplier(() -> new AdmissionSnapshot(permits, inUse(), waiting(), List.of(), List.of()));
    }

    /** Lets a waiter in, or has it wait. */
    void admit(Waiter waiter) {
        if (waiters.isEmpty() && takeFree()) {
            grant(waiter);
            return;
        }
        int ahead = waiting.getAndIncrement();
        if (ahead >= maxWaiting) {
            waiting.decrementAndGet();
            waiter.reject(rejected(waiter.request, Reason.OVERLOADED, maxWaiting, ahead));
            return;
        }
        waiter.queued = true;
        waiters.add(waiter);
        sweep.ensureRunning();
        grantWaiting();
    }

    /** Takes a waiter out that has lost interest. */
    void leave(Waiter waiter) {
        if (waiter.queued && waiters.remove(waiter)) {
            waiting.decrementAndGet();
        }
    }

    private boolean takeFree() {
        int now = free.get();
        while (now > 0) {
            if (free.compareAndSet(now, now - 1)) {
                return true;
            }
            now = free.get();
        }
        return false;
    }

    private void giveBack() {
        free.incrementAndGet();
        if (!waiters.isEmpty()) {
            grantWaiting();
        }
    }

    private void grantWaiting() {
        if (granting.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            while (!waiters.isEmpty() && takeFree()) {
                Waiter next = waiters.poll();
                if (next == null) {
                    free.incrementAndGet();
                } else {
                    waiting.decrementAndGet();
                    grant(next);
                }
            }
            missed = granting.addAndGet(-missed);
        } while (missed != 0);
    }

    private void grant(Waiter waiter) {
        Grant grant = new Grant();
        if (waiter.hasExpired()) {
            grant.release();
            waiter.reject(rejected(waiter.request, Reason.DEADLINE, permits, waiting.get()));
        } else if (!waiter.grant(grant)) {
            grant.release();
        }
    }

    private boolean rejectExpired() {
        waiters.stream().filter(Waiter::hasExpired).forEach(this::rejectExpired);
        return !waiters.isEmpty();
    }

    private void rejectExpired(Waiter waiter) {
        if (waiters.remove(waiter)) {
            waiting.decrementAndGet();
            waiter.reject(rejected(waiter.request, Reason.DEADLINE, permits, waiting.get()));
        }
    }

    private static AdmissionRejectedException rejected(
            AdmissionRequest request, Reason reason, int limit, int observed) {
        return new AdmissionRejectedException(
                request.tenant(), request.workload(), reason, limit, observed, RETRY_AFTER);
    }

    private final class Grant extends AtomicBoolean implements Permit {

        private static final long serialVersionUID = 1L;

        @Override
        public void release() {
            if (compareAndSet(false, true)) {
                giveBack();
            }
        }
    }
}

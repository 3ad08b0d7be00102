package dev.sluice.r2dbc.admission;

import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.Permit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * One who wants a permit. Grant, rejection and cancellation race, and exactly one of them wins: that is the one state here,
 * and why this is a subscription of its own.
 */
final class Waiter extends QueuedRequest implements PlaceInQueue, Event {

    private static final AtomicIntegerFieldUpdater<Waiter> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Waiter.class, "state");
    private static final int NEW = 0;
    private static final int WAITING = 1;
    private static final int DONE = 2;
    private static final int SERVED = 3;

    private final FairAdmission admission;
    private final CoreSubscriber<? super Permit> actual;
    private volatile int state;

    Waiter(FairAdmission admission, AdmissionRequest request, CoreSubscriber<? super Permit> actual) {
        super(request);
        this.admission = admission;
        this.actual = actual;
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n) && STATE.compareAndSet(this, NEW, WAITING)) {
            admission.admit(this);
        }
    }

    // Told after the arrival, whichever thread it comes from: a waiter that asks is WAITING before it tells.
    @Override
    public void cancel() {
        int before = STATE.getAndUpdate(this, now -> now == SERVED ? SERVED : DONE);
        if (before == WAITING) {
            admission.remove(this);
        }
    }

    @Override
    public void leaveServed() {
        if (STATE.compareAndSet(this, WAITING, SERVED)) {
            admission.remove(this);
        }
    }

    @Override
    public void happen(FairScheduler scheduler, long now, Outcomes out) {
        if (isInterested()) {
            scheduler.add(this, now, out);
        } else {
            out.left(this, 0);
        }
    }

    @Override
    public void failed(Throwable reason) {
        reject(reason);
    }

    boolean isInterested() {
        return state == WAITING;
    }

    /** Whether it needs no permit, because another one's serves it too. */
    boolean isServed() {
        return state == SERVED;
    }

    /** Hands the permit over; false if nobody wants it any more. */
    boolean grant(Permit permit) {
        if (!STATE.compareAndSet(this, WAITING, DONE)) {
            return false;
        }
        actual.onNext(permit);
        actual.onComplete();
        return true;
    }

    void reject(Throwable reason) {
        if (STATE.compareAndSet(this, WAITING, DONE)) {
            actual.onError(reason);
        }
    }
}

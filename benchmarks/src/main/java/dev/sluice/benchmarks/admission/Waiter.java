package dev.sluice.benchmarks.admission;

import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.Permit;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * One who wants a permit. Grant, rejection and cancellation race, and exactly one of them wins: that is the one state here,
 * and why this is a subscription of its own.
 */
final class Waiter extends AtomicInteger implements Subscription {

    private static final long serialVersionUID = 1L;
    private static final int NEW = 0;
    private static final int WAITING = 1;
    private static final int DONE = 2;

    final transient AdmissionRequest request;
    private final transient FairSemaphore semaphore;
    private final transient CoreSubscriber<? super Permit> actual;
    /** Whether it joined the queue; written before it is visible there. */
    volatile boolean queued;

    Waiter(FairSemaphore semaphore, AdmissionRequest request, CoreSubscriber<? super Permit> actual) {
        this.semaphore = semaphore;
        this.request = request;
        this.actual = actual;
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n) && compareAndSet(NEW, WAITING)) {
            semaphore.admit(this);
            // A cancel that came before it had joined the queue could not take it out.
            if (get() == DONE) {
                semaphore.leave(this);
            }
        }
    }

    @Override
    public void cancel() {
        if (getAndSet(DONE) == WAITING) {
            semaphore.leave(this);
        }
    }

    boolean hasExpired() {
        return request.deadline().hasPassed();
    }

    /** Hands the permit over; false if nobody wants it any more. */
    boolean grant(Permit permit) {
        if (!compareAndSet(WAITING, DONE)) {
            return false;
        }
        actual.onNext(permit);
        actual.onComplete();
        return true;
    }

    void reject(Throwable reason) {
        if (compareAndSet(WAITING, DONE)) {
            actual.onError(reason);
        }
    }
}

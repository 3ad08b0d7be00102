package dev.sluice.r2dbc.pool;

import dev.sluice.access.Deadline;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.Permit;
import dev.sluice.r2dbc.admission.PlaceInQueue;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

/**
 * The audited way of acquire, use and release, for one subscriber. It is a subscription of its own, not a chain of
 * operators, for two reasons: operators drop what arrives after a cancel (P3), and each costs on the way of every call.
 *
 * <p>There is one state. {@code ASKING}: the permit or the session is still to come. {@code HOLDING}: both are here and the
 * work runs. {@code DONE}: somebody has won the right to end the call, and he alone settles it and tells the subscriber:
 * the end of the work, a cancel, or the deadline. While the work is {@code STARTING} its thread may be just about to send,
 * on a session that still looks idle: who ends the call then only says that it is {@code LEFT}, and that thread settles.
 * Else the statement of a thread that was stopped there could run in the next holder's transaction. A cancel never travels into the driver or r2dbc-pool: it only decides who
 * takes what arrives. A permit that arrives at a call that is done goes to the next, a session is parked, and a session
 * whose query runs is recovered, and only then its permit goes back.
 */
@SuppressWarnings("rawtypes") // field updaters take the raw class
abstract class LeaseCall<T> implements Subscription, PooledSession.Holder {

    private static final AtomicIntegerFieldUpdater<LeaseCall> STATE =
            AtomicIntegerFieldUpdater.newUpdater(LeaseCall.class, "state");
    private static final int NEW = 0;
    private static final int ASKING = 1;
    private static final int STARTING = 2;
    private static final int HOLDING = 3;
    private static final int LEFT = 4;
    private static final int DONE = 5;

    final CoreSubscriber<? super T> actual;
    private final DefaultLeases leases;
    private final String operation;
    final AdmissionRequest request;
    private volatile int state;
    private @Nullable Permit permit;
    private @Nullable PooledSession held;

    volatile @Nullable Subscription waiting;

    @Nullable
    Disposable connectTimer;

    private volatile long phaseLeftNanos;

    LeaseCall(DefaultLeases leases, CoreSubscriber<? super T> actual, String operation, AdmissionRequest request) {
        this.leases = leases;
        this.actual = actual;
        this.operation = operation;
        this.request = request;
    }

    /** Uses the session; called once, when it is there. */
    abstract void use(PooledSession session, Permit granted);

    /** Stops the work; the session is recovered by the caller. */
    abstract void abandon();

    /** A session to begin with at once; null if there is none. */
    @Nullable
    PooledSession ready() {
        return leases.pool.takeParked();
    }

    /** Holds the session from now on. */
    void hold(PooledSession session) {
        session.heldBy(this);
    }

    /** Gives back a session and a permit that were not used. */
    void giveBack(PooledSession session, Permit granted) {
        leases.pool.park(session);
        granted.release();
    }

    /** Gives session and permit back after the work has begun: at once if the server is idle. */
    void settle(PooledSession session, Permit granted) {
        if (session.isIdle()) {
            leases.pool.park(session);
            granted.release();
        } else {
            leases.recoverUnattended(session, granted);
        }
    }

    /** Waits for a permit. */
    void waits() {}

    /** Waits no longer; false if another one's statement answers it. */
    boolean endWait() {
        return true;
    }

    /** Goes on with a permit for which it has waited. */
    void proceed(Permit granted) {
        admitted(granted);
    }

    /** Begins; called with the first request. */
    final void begin() {
        if (!STATE.compareAndSet(this, NEW, ASKING)) {
            return;
        }
        phaseLeftNanos = request.deadline().remainingNanos();
        Permit granted;
        try {
            leases.ensureOpen();
            granted = leases.admission.tryAcquire(request);
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        if (granted != null) {
            admitted(granted);
        } else {
            leases.admission.acquire(request).subscribe(new Waiting(this));
            waits();
        }
    }

    /** Begins with a permit. */
    final void begin(Permit granted) {
        STATE.set(this, ASKING);
        phaseLeftNanos = request.deadline().remainingNanos();
        admitted(granted);
    }

    /** Has its work done without a session of its own, if it waits still; its place among the waiters is free then. */
    final void beginShared(Runnable work) {
        if (!STATE.compareAndSet(this, ASKING, STARTING)) {
            return;
        }
        phaseLeftNanos = request.deadline().remainingNanos();
        Subscription queued = waiting;
        if (queued instanceof PlaceInQueue place) {
            place.leaveServed();
        } else if (queued != null) {
            queued.cancel();
        }
        work.run();
        begun();
    }

    private void admitted(Permit granted) {
        permit = granted;
        if (isDone()) {
            granted.release();
            return;
        }
        PooledSession ready = ready();
        if (ready != null) {
            connected(ready, granted);
        } else {
            phaseLeftNanos = request.deadline().remainingNanos();
            connectTimer = Schedulers.parallel().schedule(this::checkDeadline, phaseLeftNanos, TimeUnit.NANOSECONDS);
            leases.connecting.incrementAndGet();
            leases.pool.take().subscribe(new Connecting(this, granted, leases.connecting));
        }
    }

    final void connected(PooledSession session, Permit granted) {
        held = session;
        hold(session);
        leases.sweep.ensureRunning();
        if (STATE.compareAndSet(this, ASKING, STARTING)) {
            use(session, granted);
            begun();
        } else {
            giveBack(session, granted);
        }
    }

    final boolean isDone() {
        return state == DONE;
    }

    private void begun() {
        if (!STATE.compareAndSet(this, STARTING, HOLDING) && STATE.compareAndSet(this, LEFT, DONE)) {
            settle();
        }
    }

    /** Ends a call that has not begun its work. */
    final void fail(Throwable error) {
        if (STATE.compareAndSet(this, ASKING, DONE)) {
            endWait();
            actual.onError(asDeadline(error));
        }
    }

    /** Whoever gets true ends the call. */
    final boolean finish() {
        // In the order in which the state moves on: the other way round a call that moves between the two is missed.
        return STATE.compareAndSet(this, STARTING, DONE) || STATE.compareAndSet(this, HOLDING, DONE);
    }

    /** The permit of a call that has its session. */
    final Permit permit() {
        return Objects.requireNonNull(permit, "permit");
    }

    /** Settles after {@link #finish()}. */
    final void settle() {
        PooledSession session = held;
        Permit granted = permit;
        if (session != null && granted != null) {
            settle(session, granted);
        }
    }

    @Override
    public void cancel() {
        end();
    }

    @Override
    public final void checkDeadline() {
        if (!request.deadline().hasPassed()) {
            return;
        }
        String phase = state == ASKING ? "acquiring" : "executing";
        if (end()) {
            actual.onError(new DeadlineExceededException(operation, phase, Duration.ofNanos(phaseLeftNanos)));
        }
    }

    private boolean end() {
        int before = STATE.getAndUpdate(this, now -> now == STARTING || now == LEFT ? LEFT : DONE);
        if (before == STARTING) {
            abandon();
        } else if (before == HOLDING) {
            abandon();
            settle();
        } else if (before == ASKING) {
            endWait();
            Subscription queued = waiting;
            if (queued != null) {
                queued.cancel();
            }
        }
        return before != DONE && before != LEFT;
    }

    private Throwable asDeadline(Throwable error) {
        Deadline deadline = request.deadline();
        return error instanceof AdmissionRejectedException rejected
                        && rejected.reason() == AdmissionRejectedException.Reason.DEADLINE
                        && deadline.hasPassed()
                ? new DeadlineExceededException(operation, "queueing", Duration.ofNanos(phaseLeftNanos))
                : error;
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            begin();
        }
    }
}

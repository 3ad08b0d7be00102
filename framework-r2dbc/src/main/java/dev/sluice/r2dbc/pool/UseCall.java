package dev.sluice.r2dbc.pool;

import dev.sluice.admission.Permit;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Session;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Uses a session for one result, emitted after the session was given back. */
class UseCall<T> extends LeaseCall<T> implements CoreSubscriber<T> {

    final LeaseRequest lease;
    // Both of SharedReads, and guarded by its lock.
    SharedReads.Place place = SharedReads.Place.NOT_YET;
    SharedReads.@Nullable Kind kind;

    private final DefaultLeases leases;
    private final Function<Session, Mono<T>> work;
    private volatile @Nullable Subscription running;
    private volatile boolean abandoned;
    private @Nullable T result;

    UseCall(
            DefaultLeases leases,
            CoreSubscriber<? super T> actual,
            LeaseRequest lease,
            Function<Session, Mono<T>> work) {
        super(leases, actual, lease.operation(), lease.admission());
        this.leases = leases;
        this.lease = lease;
        this.work = work;
    }

    /** What the work is given. */
    Session sessionOf(PooledSession session) {
        return session.session;
    }

    /**
     * The answer is there.
     *
     * @param wanted whether it ends the call; else that was a cancel or the deadline
     */
    void answered(boolean wanted) {
        if (wanted) {
            settle();
        }
    }

    @Override
    final void waits() {
        SharedReads.Kind own = mayShare() ? SharedReads.Kind.of(lease.shared(), request) : null;
        if (own != null) {
            leases.sharedReads.add(this, own);
        }
    }

    @Override
    final boolean endWait() {
        return !mayShare() || leases.sharedReads.end(this);
    }

    private boolean mayShare() {
        return lease.shared() != null && leases.sharedReads.areShared();
    }

    @Override
    final void proceed(Permit granted) {
        SharedReads.Kind shared = mayShare() ? leases.sharedReads.kindOfOthers(this) : null;
        if (shared != null) {
            new SharedStatement(leases, this, shared).begin(granted);
        } else {
            super.proceed(granted);
        }
    }

    /** Has its work done on a session whose statement is another one's too, if it waits still. */
    final void share(Session session) {
        beginShared(() -> run(session));
    }

    @Override
    final void use(PooledSession session, Permit granted) {
        run(sessionOf(session));
    }

    private void run(Session session) {
        Mono<T> mono;
        try {
            mono = work.apply(session);
        } catch (Throwable e) {
            onError(e);
            return;
        }
        mono.subscribe(this);
    }

    @Override
    void abandon() {
        abandoned = true;
        Subscription now = running;
        if (now != null) {
            now.cancel();
        }
    }

    @Override
    public final void onSubscribe(Subscription subscription) {
        running = subscription;
        if (abandoned) {
            subscription.cancel();
        } else {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    public final void onNext(T value) {
        result = value;
    }

    @Override
    public final void onError(Throwable error) {
        boolean wanted = finish();
        answered(wanted);
        if (wanted) {
            actual.onError(error);
        }
    }

    @Override
    public final void onComplete() {
        boolean wanted = finish();
        answered(wanted);
        if (wanted) {
            T value = result;
            if (value != null) {
                actual.onNext(value);
            }
            actual.onComplete();
        }
    }

    @Override
    public final Context currentContext() {
        return actual.currentContext();
    }
}

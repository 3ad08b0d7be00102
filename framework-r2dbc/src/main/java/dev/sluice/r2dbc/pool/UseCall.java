package dev.sluice.r2dbc.pool;

import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.Permit;
import dev.sluice.r2dbc.session.Session;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Uses a session for one result, emitted after the session was given back. */
class UseCall<T> extends LeaseCall<T> implements CoreSubscriber<T> {

    private final Function<Session, Mono<T>> work;
    private volatile @Nullable Subscription running;
    private volatile boolean abandoned;
    private @Nullable T result;

    UseCall(
            DefaultLeases leases,
            CoreSubscriber<? super T> actual,
            String operation,
            AdmissionRequest request,
            Function<Session, Mono<T>> work) {
        super(leases, actual, operation, request);
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
    final void use(PooledSession session, Permit granted) {
        Mono<T> mono;
        try {
            mono = work.apply(sessionOf(session));
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

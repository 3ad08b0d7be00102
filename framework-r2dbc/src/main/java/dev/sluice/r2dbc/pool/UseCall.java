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
final class UseCall<T> extends LeaseCall<T> implements CoreSubscriber<T> {

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

    @Override
    void use(PooledSession session, Permit granted) {
        Mono<T> mono;
        try {
            mono = work.apply(session.session);
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
    public void onSubscribe(Subscription subscription) {
        running = subscription;
        if (abandoned) {
            subscription.cancel();
        } else {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(T value) {
        result = value;
    }

    @Override
    public void onError(Throwable error) {
        if (finish()) {
            settle();
            actual.onError(error);
        }
    }

    @Override
    public void onComplete() {
        if (finish()) {
            settle();
            T value = result;
            if (value != null) {
                actual.onNext(value);
            }
            actual.onComplete();
        }
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }
}

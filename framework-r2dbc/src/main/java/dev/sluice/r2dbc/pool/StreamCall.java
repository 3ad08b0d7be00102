package dev.sluice.r2dbc.pool;

import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.Permit;
import dev.sluice.r2dbc.session.Session;
import java.util.function.Function;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Uses a session while rows are emitted. What is asked for before the session is there is passed on then. */
final class StreamCall<T> extends LeaseCall<T> implements CoreSubscriber<T> {

    private final Function<Session, Flux<T>> work;
    private final Operators.DeferredSubscription rows = new Operators.DeferredSubscription();

    /** The subscriber is serialized, because a deadline ends the stream from another thread than the rows come from. */
    StreamCall(
            DefaultLeases leases,
            CoreSubscriber<? super T> actual,
            String operation,
            AdmissionRequest request,
            Function<Session, Flux<T>> work) {
        super(leases, Operators.serialize(actual), operation, request);
        this.work = work;
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            rows.request(n);
            begin();
        }
    }

    @Override
    void use(PooledSession session, Permit granted) {
        Flux<T> flux;
        try {
            flux = work.apply(session.session);
        } catch (Throwable e) {
            onError(e);
            return;
        }
        flux.subscribe(this);
    }

    @Override
    void abandon() {
        rows.cancel();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        rows.set(subscription);
    }

    @Override
    public void onNext(T row) {
        actual.onNext(row);
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
            actual.onComplete();
        }
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }
}

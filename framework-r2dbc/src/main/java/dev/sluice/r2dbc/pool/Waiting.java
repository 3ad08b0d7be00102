package dev.sluice.r2dbc.pool;

import dev.sluice.admission.Permit;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/** Waits for a permit, and gives it back if the call is answered otherwise. */
record Waiting(LeaseCall<?> call) implements CoreSubscriber<Permit> {

    @Override
    public void onSubscribe(Subscription subscription) {
        call.waiting = subscription;
        if (call.isDone()) {
            subscription.cancel();
        } else {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(Permit granted) {
        call.waiting = null;
        if (call.endWait()) {
            call.proceed(granted);
        } else {
            granted.release();
        }
    }

    @Override
    public void onError(Throwable error) {
        call.fail(error);
    }

    @Override
    public void onComplete() {}

    @Override
    public Context currentContext() {
        return call.actual.currentContext();
    }
}

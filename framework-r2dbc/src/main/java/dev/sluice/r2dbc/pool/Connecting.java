package dev.sluice.r2dbc.pool;

import dev.sluice.admission.Permit;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.util.context.Context;

/** Waits for a connection, and takes it whatever has become of the call. */
record Connecting(LeaseCall<?> call, Permit granted, AtomicInteger connecting)
        implements CoreSubscriber<PooledSession> {

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(PooledSession session) {
        stopTimer();
        try {
            call.connected(session, granted);
        } finally {
            connecting.decrementAndGet();
        }
    }

    @Override
    public void onError(Throwable error) {
        stopTimer();
        connecting.decrementAndGet();
        granted.release();
        call.fail(error);
    }

    @Override
    public void onComplete() {}

    private void stopTimer() {
        Disposable timer = call.connectTimer;
        if (timer != null) {
            timer.dispose();
        }
    }

    // Without the caller's Context: the connection outlives the call.
    @Override
    public Context currentContext() {
        return Context.empty();
    }
}

package dev.sluice.r2dbc.session;

import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Has its turn while rows are emitted. After a cancel the work runs on to its end, and its rows are dropped. */
final class TurnFlux<T> extends Flux<T> {

    private final Turn turn;
    private final String name;
    private final Flux<T> work;

    TurnFlux(Turn turn, String name, Flux<T> work) {
        this.turn = turn;
        this.name = name;
        this.work = work;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        actual.onSubscribe(new Running<>(this, actual));
    }

    private static final class Running<T> extends AtomicInteger implements CoreSubscriber<T>, Subscription {

        private static final long serialVersionUID = 1L;
        private static final int NEW = 0;
        private static final int RUNNING = 1;
        private static final int CANCELLED = 2;

        private final transient TurnFlux<T> parent;
        private final transient CoreSubscriber<? super T> actual;
        private final transient Operators.DeferredSubscription rows = new Operators.DeferredSubscription();

        Running(TurnFlux<T> parent, CoreSubscriber<? super T> actual) {
            this.parent = parent;
            this.actual = actual;
        }

        @Override
        public void request(long n) {
            if (!Operators.validate(n)) {
                return;
            }
            rows.request(n);
            if (compareAndSet(NEW, RUNNING)) {
                if (parent.turn.take()) {
                    parent.work.subscribe(this);
                } else {
                    actual.onError(parent.turn.refused(parent.name));
                }
            }
        }

        @Override
        public void cancel() {
            if (getAndSet(CANCELLED) == RUNNING) {
                rows.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            rows.set(subscription);
        }

        @Override
        public void onNext(T row) {
            if (get() == RUNNING) {
                actual.onNext(row);
            }
        }

        @Override
        public void onError(Throwable error) {
            parent.turn.end();
            if (get() == RUNNING) {
                actual.onError(error);
            }
        }

        @Override
        public void onComplete() {
            parent.turn.end();
            if (get() == RUNNING) {
                actual.onComplete();
            }
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }
    }
}

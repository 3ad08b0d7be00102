package dev.sluice.r2dbc.session;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Has its turn while the work runs, which a cancel does not stop: it only hides the end of it. */
final class TurnMono<T> extends Mono<T> {

    private final Turn turn;
    private final String name;
    private final Mono<T> work;

    TurnMono(Turn turn, String name, Mono<T> work) {
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

        private final transient TurnMono<T> parent;
        private final transient CoreSubscriber<? super T> actual;
        private transient @Nullable T value;

        Running(TurnMono<T> parent, CoreSubscriber<? super T> actual) {
            this.parent = parent;
            this.actual = actual;
        }

        @Override
        public void request(long n) {
            if (!Operators.validate(n) || !compareAndSet(NEW, RUNNING)) {
                return;
            }
            if (parent.turn.take()) {
                parent.work.subscribe(this);
            } else {
                actual.onError(parent.turn.refused(parent.name));
            }
        }

        @Override
        public void cancel() {
            set(CANCELLED);
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(T next) {
            value = next;
        }

        @Override
        public void onError(Throwable error) {
            parent.turn.end();
            if (get() != CANCELLED) {
                actual.onError(error);
            }
        }

        @Override
        public void onComplete() {
            parent.turn.end();
            if (get() == CANCELLED) {
                return;
            }
            T result = value;
            if (result != null) {
                actual.onNext(result);
            }
            actual.onComplete();
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }
    }
}

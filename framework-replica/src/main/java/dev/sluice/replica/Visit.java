package dev.sluice.replica;

import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Session;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * One call on one node, for one subscriber: says to the node's candidate and to the session how it ended, once. Publisher and
 * subscriber in one, because it is on the way of each call.
 */
@SuppressWarnings({"rawtypes", "unused"}) // the field updater takes the raw class, and it alone the field
final class Visit<T> extends Mono<T> implements CoreSubscriber<T>, Subscription, Function<Session, Mono<T>> {

    private static final AtomicIntegerFieldUpdater<Visit> ENDED =
            AtomicIntegerFieldUpdater.newUpdater(Visit.class, "ended");

    private final RoutedNode node;
    private final LeaseRequest request;
    private final Function<Session, Mono<T>> work;
    private final @Nullable Trace trace;
    private final Fence fence;
    private volatile int ended;
    private volatile @Nullable Session connection;
    private volatile boolean emitted;
    private volatile long connectedAt;

    @SuppressWarnings("NullAway.Init") // set when it is subscribed to, before anything else happens
    private CoreSubscriber<? super T> actual;

    @SuppressWarnings("NullAway.Init")
    private Subscription call;

    Visit(RoutedNode node, LeaseRequest request, Function<Session, Mono<T>> work, @Nullable Trace trace, Fence fence) {
        this.node = node;
        this.request = request;
        this.work = work;
        this.trace = trace;
        this.fence = fence;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> subscriber) {
        actual = subscriber;
        node.candidate().begun();
        node.leases().use(request, this).subscribe(this);
    }

    /** Uses the node's session. */
    @Override
    public Mono<T> apply(Session session) {
        connectedAt = node.candidate().connected();
        connection = session;
        if (request.writes()) {
            fence.check(request.operation(), node);
        }
        return work.apply(trace == null ? session : new TracedSession(session, trace));
    }

    /** @return whether the work got a session, so that something may have been sent */
    boolean wasConnected() {
        return connection != null;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        call = subscription;
        actual.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        call.request(n);
    }

    @Override
    public void cancel() {
        call.cancel();
        if (end()) {
            node.candidate().ended();
            if (trace != null) {
                trace.cancelled(emitted);
            }
        }
    }

    @Override
    public void onNext(T value) {
        if (trace == null || !trace.isBehind()) {
            emitted = true;
            actual.onNext(value);
        }
    }

    @Override
    public void onComplete() {
        boolean first = end();
        if (first && wasConnected()) {
            node.candidate().succeeded(connectedAt);
        } else if (first) {
            node.candidate().ended();
        }
        if (trace == null) {
            actual.onComplete();
        } else if (trace.isBehind()) {
            actual.onError(new BehindException(request.operation(), node.name()));
        } else {
            if (first) {
                trace.answered();
            }
            actual.onComplete();
        }
    }

    @Override
    public void onError(Throwable error) {
        if (end()) {
            if (isNewsOfNode(error)) {
                node.candidate().failed(error);
            } else {
                node.candidate().ended();
            }
            if (trace != null) {
                trace.failed(error);
            }
        }
        actual.onError(error);
    }

    // Calls that share a connection meet its loss together: one of them tells it, or a node would be banned for it.
    private boolean isNewsOfNode(Throwable error) {
        Session lost = connection;
        return Failures.isOfNode(error, lost != null) && (lost == null || lost.noteLoss());
    }

    private boolean end() {
        return ENDED.compareAndSet(this, 0, 1);
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }
}

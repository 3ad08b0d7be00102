package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import io.r2dbc.postgresql.SluiceWireAccess;
import io.r2dbc.postgresql.message.backend.BackendMessage;
import io.r2dbc.postgresql.message.backend.DataRow;
import io.r2dbc.postgresql.message.backend.ErrorResponse;
import io.r2dbc.spi.R2dbcException;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One exchange with the server, up to ReadyForQuery, for one subscriber. A subscriber of its own because it must outlive
 * its downstream's cancellation: the driver hands a connection's answers to its conversations in order, so one that stops
 * requesting blocks all that follow (P1). This one asks for everything at once and reads to the end, wanted or not.
 */
@SuppressWarnings({"rawtypes", "unused"}) // field updaters take the raw class, and they alone the field
abstract class WireCall<T> implements CoreSubscriber<BackendMessage>, Subscription {

    private static final AtomicIntegerFieldUpdater<WireCall> STARTED =
            AtomicIntegerFieldUpdater.newUpdater(WireCall.class, "started");

    final GroupSession session;
    final CoreSubscriber<? super T> actual;
    private final String name;
    private final @Nullable PositionSink sink;
    private volatile int started;
    private volatile boolean cancelled;
    private @Nullable Message message;
    private @Nullable PositionSample sample;
    private @Nullable ErrorResponse failure;
    private @Nullable Throwable error;

    WireCall(GroupSession session, CoreSubscriber<? super T> actual, String name, @Nullable PositionSink sink) {
        this.session = session;
        this.actual = actual;
        this.name = name;
        this.sink = sink;
    }

    /** Takes the call's turn on the session. */
    boolean takeTurn() {
        return session.turn.take();
    }

    /** Writes what is sent. May throw what is the caller's fault; nothing is sent then. */
    abstract void write(ByteBuf out);

    /** Takes a row; it is released afterwards. */
    abstract void row(DataRow row);

    /** Takes any other answer. */
    abstract void answer(BackendMessage answer);

    /** The result, made when the server is ready; may throw what goes to the subscriber. */
    abstract @Nullable T result();

    /** The text of the statement, for errors. */
    abstract String sql();

    /**
     * Whether to ask for the position behind the call, decided when it is sent. In an open transaction the answer would say
     * nothing about the commit, and a question that fails would fail the transaction.
     */
    boolean asksPosition() {
        return isAlone();
    }

    /** Whether it is a transaction of its own: then one that is not answered may have taken effect. */
    boolean isAlone() {
        return session.isOutsideTransaction();
    }

    /** Whether the position is that of a call which did what it said, decided when the server is ready. */
    boolean hasPosition() {
        return true;
    }

    /** Whether to do it all again, decided when the server has failed and is ready. */
    boolean again(ErrorResponse failure) {
        return false;
    }

    @Override
    public final void request(long n) {
        if (Operators.validate(n) && STARTED.compareAndSet(this, 0, 1)) {
            start();
        }
    }

    @Override
    public final void cancel() {
        cancelled = true;
    }

    private void start() {
        if (cancelled) {
            return;
        }
        if (takeTurn()) {
            send();
        } else {
            actual.onError(session.turn.refused(name));
        }
    }

    // What is written and the place in the driver's queue of answers must come in the same order. Nothing is told to
    // anybody under the lock: he could send on another session.
    private void send() {
        Throwable refused = null;
        List<Runnable> lost;
        synchronized (session.sending) {
            try {
                message = session.message(this::writeAll);
                session.exchange(Mono.just(message), sample).subscribe(this);
            } catch (Throwable e) {
                refused = e;
            }
            lost = session.sending.takeLater();
        }
        if (refused != null) {
            session.turn.end();
            actual.onError(refused);
        }
        lost.forEach(Runnable::run);
    }

    private void writeAll(ByteBuf out) {
        write(out);
        PositionSample asked = asksPosition() ? session.sample(sink) : null;
        if (asked != null) {
            asked.write(out);
        }
        sample = asked;
    }

    @Override
    public final void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public final void onNext(BackendMessage answer) {
        PositionSample asked = sample;
        if (answer instanceof ErrorResponse response && SluiceWireAccess.endsConnection(response)) {
            session.turn.serverEnds();
        }
        if (asked != null && asked.take(answer)) {
            ReferenceCountUtil.release(answer);
        } else if (answer instanceof DataRow row) {
            if (error == null && !cancelled) {
                takeRow(row);
            }
            row.release();
        } else if (answer instanceof ErrorResponse response) {
            serverFailed(response);
        } else {
            answer(answer);
            ReferenceCountUtil.release(answer);
        }
    }

    private void takeRow(DataRow row) {
        try {
            row(row);
        } catch (Throwable e) {
            error = e;
        }
    }

    // A failure of the server outranks one of the mapper: the statement did not take effect.
    private void serverFailed(ErrorResponse response) {
        if (failure == null) {
            failure = response;
            error = SluiceWireAccess.error(response, sql());
        }
    }

    @Override
    public final void onComplete() {
        ErrorResponse failed = failure;
        if (failed != null && again(failed) && !cancelled) {
            failure = null;
            error = null;
            send();
            return;
        }
        session.turn.end();
        deliverPosition();
        if (!cancelled) {
            emit();
        }
    }

    private void deliverPosition() {
        PositionSample asked = sample;
        if (asked != null && hasPosition()) {
            asked.deliver();
        }
    }

    private void emit() {
        Throwable failed = error;
        T value = null;
        if (failed == null) {
            try {
                value = result();
            } catch (R2dbcException e) {
                failed = e;
            }
        }
        if (failed != null) {
            actual.onError(failed);
            return;
        }
        if (value != null) {
            actual.onNext(value);
        }
        actual.onComplete();
    }

    // The exchange fails only with its connection. Who sends then is this call or another one on it.
    @Override
    public final void onError(Throwable lost) {
        if (Thread.holdsLock(session.sending)) {
            session.sending.later(() -> onLost(lost));
        } else {
            onLost(lost);
        }
    }

    private void onLost(Throwable lost) {
        boolean sent = message != null && !message.releaseUnsent();
        PositionSample asked = sample;
        if (asked != null && asked.isCallAnswered()) {
            session.turn.lose(!asked.hasFailed());
            deliverPosition();
        } else {
            loseUnanswered(sent && failure == null, lost);
        }
        if (!cancelled) {
            emit();
        }
    }

    private void loseUnanswered(boolean stillRuns, Throwable lost) {
        session.turn.lose(stillRuns);
        if (error == null) {
            error = stillRuns ? Turn.unanswered(name, isAlone(), lost) : lost;
        }
    }

    @Override
    public final Context currentContext() {
        return actual.currentContext();
    }
}

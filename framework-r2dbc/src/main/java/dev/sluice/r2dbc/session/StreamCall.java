package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import io.r2dbc.postgresql.SluiceWireAccess;
import io.r2dbc.postgresql.message.backend.BackendMessage;
import io.r2dbc.postgresql.message.backend.CommandComplete;
import io.r2dbc.postgresql.message.backend.DataRow;
import io.r2dbc.postgresql.message.backend.EmptyQueryResponse;
import io.r2dbc.postgresql.message.backend.ErrorResponse;
import io.r2dbc.postgresql.message.backend.PortalSuspended;
import io.r2dbc.spi.Readable;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Reads the rows of a group through the unnamed portal, a fetch at a time. The Sync comes only at the end: until then all
 * fetches belong to the group's one implicit transaction, so its settings hold and the portal lives. The next fetch is asked
 * for when all rows of the last were taken and more are wanted. Like {@link WireCall} it outlives its subscriber: after a
 * cancel it closes the portal, sends the Sync and reads to the end.
 */
@SuppressWarnings({"rawtypes", "unused"}) // field updaters take the raw class, and they alone the field
final class StreamCall<T> implements CoreSubscriber<BackendMessage>, Subscription {

    private static final AtomicReferenceFieldUpdater<StreamCall, StreamPhase> PHASE =
            AtomicReferenceFieldUpdater.newUpdater(StreamCall.class, StreamPhase.class, "phase");
    private static final AtomicIntegerFieldUpdater<StreamCall> DRAINING =
            AtomicIntegerFieldUpdater.newUpdater(StreamCall.class, "draining");
    private static final AtomicIntegerFieldUpdater<StreamCall> STARTED =
            AtomicIntegerFieldUpdater.newUpdater(StreamCall.class, "started");
    private static final AtomicLongFieldUpdater<StreamCall> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(StreamCall.class, "requested");

    private final GroupSession session;
    private final CoreSubscriber<? super T> actual;
    private final Group group;
    private final Function<? super Readable, ? extends T> mapper;
    private final int fetchSize;
    private final GroupMessages messages;
    private final Queue<T> rows;

    private volatile int started;
    private volatile int draining;
    private volatile long requested;
    private volatile boolean cancelled;
    private volatile StreamPhase phase = StreamPhase.FETCHING;
    private volatile @Nullable Throwable error;
    private @Nullable ErrorResponse failure;
    private @Nullable PositionSample sample;
    private @Nullable WireRow row;
    private Outgoing outgoing = new Outgoing();
    private boolean terminated;

    StreamCall(
            GroupSession session,
            CoreSubscriber<? super T> actual,
            Group group,
            Function<? super Readable, ? extends T> mapper,
            int fetchSize) {
        this.session = session;
        this.actual = actual;
        this.group = group;
        this.mapper = mapper;
        this.fetchSize = fetchSize;
        this.messages = new GroupMessages(session, group);
        this.rows = Queues.<T>unbounded(Math.min(fetchSize, Queues.SMALL_BUFFER_SIZE))
                .get();
    }

    @Override
    public void request(long n) {
        if (!Operators.validate(n)) {
            return;
        }
        Operators.addCap(REQUESTED, this, n);
        if (STARTED.compareAndSet(this, 0, 1)) {
            start();
        } else {
            drain();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        if (started == 1) {
            drain();
        }
    }

    private void start() {
        if (cancelled) {
            return;
        }
        if (session.turn.take()) {
            begin();
        } else {
            actual.onError(session.turn.refused(group.name()));
        }
    }

    private void begin() {
        Message first;
        try {
            first = session.message(this::writeFirst);
        } catch (Throwable e) {
            session.turn.end();
            actual.onError(e);
            return;
        }
        outgoing.say(first);
        session.exchange(outgoing.messages(), sample).subscribe(this);
    }

    private void writeFirst(ByteBuf out) {
        messages.write(out, true, fetchSize);
        Frames.flush(out);
        sample = messages.isAlone() ? session.sample(group.position()) : null;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(BackendMessage answer) {
        if (sample != null && sample.take(answer)) {
            ReferenceCountUtil.release(answer);
        } else if (answer instanceof DataRow data) {
            if (messages.atStatement() && !cancelled && error == null) {
                take(data);
            }
            data.release();
        } else if (answer instanceof ErrorResponse response) {
            failure = response;
            error = SluiceWireAccess.error(response, messages.sql());
            proceed(StreamPhase.FINISHING);
        } else if (answer == PortalSuspended.INSTANCE) {
            proceed(StreamPhase.SUSPENDED);
        } else if (messages.atStatement() && endsStatement(answer)) {
            proceed(StreamPhase.FINISHING);
        } else {
            messages.answer(answer);
            ReferenceCountUtil.release(answer);
        }
    }

    private static boolean endsStatement(BackendMessage answer) {
        return answer instanceof CommandComplete || answer == EmptyQueryResponse.INSTANCE;
    }

    private void take(DataRow data) {
        WireRow current = row;
        if (current == null) {
            current = new WireRow(messages.shape(), session.codecs);
            row = current;
        }
        try {
            rows.add(mapper.apply(current.at(data.getColumns())));
        } catch (Throwable e) {
            error = e;
        }
    }

    // Once the Sync is sent the server owes nothing but ReadyForQuery, whatever else arrives.
    private void proceed(StreamPhase next) {
        PHASE.compareAndSet(this, StreamPhase.FETCHING, next);
        drain();
    }

    @Override
    public void onComplete() {
        ErrorResponse failed = failure;
        if (failed != null && messages.prepareAgain(failed) && !cancelled) {
            failure = null;
            error = null;
            row = null;
            outgoing = new Outgoing();
            phase = StreamPhase.FETCHING;
            begin();
            return;
        }
        session.turn.end();
        end();
    }

    @Override
    public void onError(Throwable lost) {
        outgoing.releaseUnsent();
        if (sample != null && sample.isCallAnswered()) {
            session.turn.lose(!sample.hasFailed());
        } else {
            session.turn.lose(failure == null);
            error = error == null ? lost : error;
        }
        end();
    }

    private void end() {
        if (sample != null) {
            sample.deliver();
        }
        phase = StreamPhase.READY;
        drain();
    }

    /** Emits and converses; one thread at a time, whoever comes while it runs makes it run once more. */
    private void drain() {
        if (DRAINING.getAndIncrement(this) != 0) {
            return;
        }
        int missed = 1;
        do {
            boolean last = phase == StreamPhase.READY;
            emit(last);
            converse();
            missed = DRAINING.addAndGet(this, -missed);
        } while (missed != 0);
    }

    private void emit(boolean last) {
        long wanted = requested;
        long emitted = 0;
        while (emitted != wanted && !cancelled) {
            T next = rows.poll();
            if (next == null) {
                break;
            }
            actual.onNext(next);
            emitted++;
        }
        if (cancelled) {
            rows.clear();
        } else if (last && rows.isEmpty() && !terminated) {
            terminate();
        }
        if (emitted != 0) {
            Operators.produced(REQUESTED, this, emitted);
        }
    }

    private void terminate() {
        terminated = true;
        Throwable failed = error;
        if (failed == null) {
            actual.onComplete();
        } else {
            actual.onError(failed);
        }
    }

    // The connection may be lost meanwhile, and READY is the end.
    private void converse() {
        if (PHASE.compareAndSet(this, StreamPhase.FINISHING, StreamPhase.SYNCED)) {
            sendLast(this::writeSync);
        } else if (phase == StreamPhase.SUSPENDED && (cancelled || error != null)) {
            if (PHASE.compareAndSet(this, StreamPhase.SUSPENDED, StreamPhase.SYNCED)) {
                sendLast(this::writeClose);
            }
        } else if (phase == StreamPhase.SUSPENDED && requested > 0 && rows.isEmpty()) {
            if (PHASE.compareAndSet(this, StreamPhase.SUSPENDED, StreamPhase.FETCHING)) {
                outgoing.say(session.message(this::writeNext));
            }
        }
    }

    private void writeClose(ByteBuf out) {
        Frames.closePortal(out);
        writeSync(out);
    }

    private void writeSync(ByteBuf out) {
        Frames.sync(out);
        if (sample != null) {
            sample.write(out);
        }
    }

    private void writeNext(ByteBuf out) {
        Frames.execute(out, fetchSize);
        Frames.flush(out);
    }

    private void sendLast(Consumer<ByteBuf> writer) {
        outgoing.say(session.message(writer));
        outgoing.end();
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }
}

package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.SluiceWireAccess;
import io.r2dbc.postgresql.client.Client;
import io.r2dbc.postgresql.client.TransactionStatus;
import io.r2dbc.postgresql.codec.Codecs;
import io.r2dbc.postgresql.message.backend.BackendMessage;
import io.r2dbc.postgresql.message.backend.ReadyForQuery;
import io.r2dbc.postgresql.message.frontend.FrontendMessage;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The session that sends each group in one write, made of the driver's exchange and codecs. */
final class GroupSession implements Session {

    private static final int MOST_PREPARED = 256;
    private static final Predicate<BackendMessage> READY = ReadyForQuery.class::isInstance;

    final Codecs codecs;
    final PreparedStatements statements;
    final PositionStatement position = new PositionStatement();
    final Turn turn = new Turn();
    /** Held while a call is written and takes its place in the driver's queue of answers. */
    final Sending sending = new Sending();

    private final CancelRequests cancels = new CancelRequests();
    private final Client client;
    private final Connection connection;

    GroupSession(Connection connection, SluiceWireAccess access, SchemaChanges changes) {
        this.statements = new PreparedStatements(MOST_PREPARED, changes);
        this.connection = connection;
        this.client = access.client();
        this.codecs = access.codecs();
    }

    @Override
    public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
        return new CallMono<>(actual -> new RowsCall<>(this, actual, group, mapper, maxRows));
    }

    @Override
    public Session pipelined() {
        return new PipelinedSession(this);
    }

    @Override
    public Mono<Long> rowsUpdated(Group group) {
        return new CallMono<>(actual -> new UpdateCall(this, actual, group));
    }

    @Override
    public <T> Flux<T> stream(Group group, Function<? super Readable, ? extends T> mapper, int fetchSize) {
        return new StreamFlux<>(this, group, mapper, fetchSize);
    }

    @Override
    public Mono<String> command(String sql, @Nullable PositionSink position) {
        return new CallMono<>(actual -> new CommandCall(this, actual, sql, position));
    }

    @Override
    public Mono<Void> cancelRequest() {
        return cancels.send(client.cancelRequest());
    }

    @Override
    public Status status() {
        if (turn.isLost() || !client.isConnected()) {
            return turn.isTaken() || turn.isLeftRunning() ? Status.LOST : Status.CLOSED;
        }
        if (turn.isTaken()) {
            return Status.BUSY;
        }
        if (cancels.anyUnsettled()) {
            return Status.CANCELLING;
        }
        TransactionStatus status = client.getTransactionStatus();
        if (status == TransactionStatus.IDLE) {
            return Status.IDLE;
        }
        return status == TransactionStatus.OPEN ? Status.IN_TRANSACTION : Status.FAILED;
    }

    @Override
    public boolean noteLoss() {
        return turn.noteLoss();
    }

    @Override
    public Mono<Void> idle() {
        return turn.ended();
    }

    @Override
    public Mono<Void> close() {
        return Mono.from(connection.close()).onErrorComplete();
    }

    boolean isOutsideTransaction() {
        return client.getTransactionStatus() == TransactionStatus.IDLE;
    }

    Message message(Consumer<ByteBuf> writer) {
        ByteBuf out = client.getByteBufAllocator().buffer();
        try {
            writer.accept(out);
            return new Message(out);
        } catch (Throwable e) {
            out.release();
            throw e;
        }
    }

    /** What asks for the position behind a call; null if that is not wanted, or not possible. */
    @Nullable
    PositionSample sample(@Nullable PositionSink sink) {
        return sink == null || !position.isPossible() ? null : new PositionSample(position, sink);
    }

    /** One conversation with the server, up to ReadyForQuery: the second one, if the position is asked for. */
    Flux<BackendMessage> exchange(Publisher<FrontendMessage> messages, @Nullable PositionSample sample) {
        return client.exchange(sample == null ? READY : sample, messages);
    }
}

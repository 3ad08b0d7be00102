package dev.sluice.r2dbc.session;

import dev.sluice.consistency.Lsn;
import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.SluiceWireAccess;
import io.r2dbc.postgresql.message.backend.BackendMessage;
import io.r2dbc.postgresql.message.backend.DataRow;
import io.r2dbc.postgresql.message.backend.ErrorResponse;
import io.r2dbc.postgresql.message.backend.ParseComplete;
import io.r2dbc.postgresql.message.backend.ReadyForQuery;
import io.r2dbc.postgresql.message.backend.ReadyForQuery.TransactionStatus;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One call's question where the server stands: a second group, behind the call's Sync and in the same write. Behind the
 * Sync, because a position that is read inside of a write lies before its commit record, and a replica that has reached it
 * need not have the write. The exchange ends with the second ReadyForQuery; whatever becomes of the question, the call
 * has been answered by the first.
 */
final class PositionSample implements Predicate<BackendMessage> {

    private final PositionStatement statement;
    private final PositionSink sink;
    private boolean firstSeen;
    private boolean callAnswered;
    private boolean outsideTransaction;
    private boolean failed;
    private @Nullable Lsn lsn;
    private int timeline;
    private TransactionSnapshot shown = TransactionSnapshot.UNKNOWN;

    PositionSample(PositionStatement statement, PositionSink sink) {
        this.statement = statement;
        this.sink = sink;
    }

    void write(ByteBuf out) {
        statement.write(out);
    }

    /** Ends the exchange. The driver asks for each message once, before it hands it on. */
    @Override
    public boolean test(BackendMessage answer) {
        if (!(answer instanceof ReadyForQuery)) {
            return false;
        }
        boolean second = firstSeen;
        firstSeen = true;
        return second;
    }

    /** Takes what arrives from the call's ReadyForQuery on; false before that. */
    boolean take(BackendMessage answer) {
        if (answer instanceof ReadyForQuery ready) {
            callAnswered = true;
            outsideTransaction = ready.getTransactionStatus() == TransactionStatus.IDLE;
        } else if (!callAnswered) {
            return false;
        } else if (answer instanceof DataRow row) {
            read(row.getColumns());
        } else if (answer instanceof ErrorResponse response) {
            failed = true;
            statement.failed(SluiceWireAccess.details(response).getCode());
        } else if (answer == ParseComplete.INSTANCE) {
            statement.parsed();
        }
        return true;
    }

    private void read(@Nullable ByteBuf[] columns) {
        ByteBuf position = columns[0];
        ByteBuf digits = columns[1];
        ByteBuf snapshot = columns[2];
        if (position != null) {
            lsn = new Lsn(position.getLong(position.readerIndex()));
            timeline = digits == null ? 0 : hexadecimal(digits);
            shown = snapshot == null ? TransactionSnapshot.UNKNOWN : TransactionSnapshot.read(snapshot);
        }
    }

    private static int hexadecimal(ByteBuf digits) {
        int value = 0;
        for (int i = digits.readerIndex(); i < digits.writerIndex(); i++) {
            value = value << 4 | Character.digit(digits.getByte(i), 16);
        }
        return value;
    }

    /** Whether the server has answered the call itself. */
    boolean isCallAnswered() {
        return callAnswered;
    }

    /** Whether the server has refused to answer, so that it runs nothing any more. */
    boolean hasFailed() {
        return failed;
    }

    /** Hands on what was answered, if it was. */
    void deliver() {
        Lsn answered = lsn;
        if (answered != null && outsideTransaction) {
            tell(sink, timeline, answered, shown);
        }
    }

    /** A taker that throws, which it must not, spoils nothing. */
    static void tell(PositionSink sink, int timeline, Lsn lsn, TransactionSnapshot shown) {
        try {
            sink.position(timeline, lsn, shown);
        } catch (Throwable e) {
            Operators.onErrorDropped(e, Context.empty());
        }
    }
}

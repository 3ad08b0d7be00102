package dev.sluice.r2dbc.session;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What Sluice needs of one PostgreSQL connection: the wire port. Calls on one session go one after another. Cancelling a
 * subscriber does not stop the server: {@link #cancelRequest()} does, and {@link #status()} tells when it is idle.
 * Signals arrive on the connection's event loop. Errors are those of the driver, with their SQLSTATE.
 */
public interface Session {

    /**
     * Runs a group that answers rows, and reads them whole.
     *
     * @param group the group
     * @param mapper makes a value of a row; must not keep the row
     * @param maxRows the most rows
     * @param <T> the type of a row
     * @return the rows, emitted when the server is idle again;
     *     {@link dev.sluice.repository.TooManyRowsException} if there are more than {@code maxRows}
     */
    <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows);

    /**
     * The same connection for one read outside of a transaction, which is sent without waiting for the answers to other such
     * reads; they are answered in their order. All else on it has the connection alone.
     *
     * @return a view of this session for one call of {@link #rows}; null if its driver cannot do that
     */
    default @Nullable Session pipelined() {
        return null;
    }

    /**
     * Runs a group for its effect.
     *
     * @param group the group
     * @return the number of rows affected, emitted when the server is idle again
     */
    Mono<Long> rowsUpdated(Group group);

    /**
     * Runs a group that answers rows, and reads them through a portal.
     *
     * @param group the group
     * @param mapper makes a value of a row; must not keep the row
     * @param fetchSize rows per round trip
     * @param <T> the type of a row
     * @return the rows as they come
     */
    <T> Flux<T> stream(Group group, Function<? super Readable, ? extends T> mapper, int fetchSize);

    /**
     * Runs a command without parameters: COMMIT, ROLLBACK, SAVEPOINT. What begins a transaction is its first group.
     *
     * @param sql the command
     * @return its command tag, as COMMIT or ROLLBACK
     */
    default Mono<String> command(String sql) {
        return command(sql, null);
    }

    /**
     * The same, and where the server stands afterwards, asked for in the same write.
     *
     * @param sql a command that ends a transaction
     * @param position takes the position; null asks nothing
     * @return its command tag
     */
    Mono<String> command(String sql, @Nullable PositionSink position);

    /** @return sends a CancelRequest on a connection of its own; completes when it was delivered */
    Mono<Void> cancelRequest();

    /** @return what the server last said, and whether an answer is still to come */
    Status status();

    /**
     * Notes that a call has met the loss of this connection. Several that share it, or a statement on it, meet the same loss.
     *
     * @return whether it is the first; always, unless a session knows that it is shared
     */
    default boolean noteLoss() {
        return true;
    }

    /** @return completes when no answer is outstanding any more, or the connection is gone; never an error */
    Mono<Void> idle();

    /** @return closes the connection; never an error */
    Mono<Void> close();

    /** What a connection is doing. */
    enum Status {
        /** Idle, outside of a transaction: may be handed on. */
        IDLE,
        /** Idle inside a transaction. */
        IN_TRANSACTION,
        /** Idle inside a transaction that can only be rolled back. */
        FAILED,
        /** An answer is still to come. */
        BUSY,
        /** All is answered, but a CancelRequest is on its way and could hit what runs next: must not be used again. */
        CANCELLING,
        /** Gone, in the middle of a call: the server may not have noticed, and may run its statement still. */
        LOST,
        /** Gone, and nothing is left running. */
        CLOSED;

        /** @return whether there is no connection any more, on which anything could be sent */
        public boolean isGone() {
            return this == LOST || this == CLOSED;
        }
    }
}

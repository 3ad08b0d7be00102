package dev.sluice.replica;

import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.PositionSink;
import dev.sluice.r2dbc.session.Session;
import io.r2dbc.spi.R2dbcTransientResourceException;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The session of a transaction: sends nothing to a node that must not write any more, and asks behind COMMIT where the server
 * stands.
 */
final class TransactionSession implements Session {

    private static final String COMMIT = "COMMIT";
    private static final String NO_TRANSACTION = "25P01";

    private final Carrier lease;

    /** What carries the transaction. */
    interface Carrier {

        /** @return the node's own session; null while the transaction is on its way to another node */
        @Nullable
        Session current();

        /** @return what is learned of the transaction */
        Trace trace();

        /** @throws NotPrimaryException if the transaction writes, and its node is known not to be the primary any more */
        void check(String operation);

        /** @throws NotPrimaryException if the transaction must not write where it is */
        void checkWrite(String operation);

        /**
         * @param begin the BEGIN of a call that has failed
         * @return completes when the call can be tried on another node; the error if it cannot
         */
        Mono<Void> move(String begin, Throwable error);

        /** The same call on the other node: what was let in started before the lease is given back, and nothing starts after. */
        <T> Mono<T> again(Mono<T> call);
    }

    TransactionSession(Carrier lease) {
        this.lease = lease;
    }

    @Override
    public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
        return movable(group, Mono.defer(() -> asking(group.name()).<T>rows(group, mapper, maxRows)));
    }

    @Override
    public Mono<Long> rowsUpdated(Group group) {
        return movable(group, Mono.defer(() -> {
            lease.checkWrite(group.name());
            return asking(group.name()).rowsUpdated(group);
        }));
    }

    @Override
    public <T> Flux<T> stream(Group group, Function<? super Readable, ? extends T> mapper, int fetchSize) {
        return Flux.defer(() -> asking(group.name()).stream(group, mapper, fetchSize));
    }

    // What follows BEGIN runs only with it.
    private <T> Mono<T> movable(Group group, Mono<T> call) {
        String begin = group.begin();
        return begin == null
                ? call
                : call.onErrorResume(
                        error -> lease.move(begin, error).then(lease.again(Mono.defer(() -> movable(group, call)))));
    }

    private Session asking(String operation) {
        lease.check(operation);
        Session current = current(operation);
        lease.trace().asking();
        return current;
    }

    private Session current(String operation) {
        Session current = lease.current();
        if (current == null) {
            throw new R2dbcTransientResourceException(
                    "%s: its transaction has not begun: it was to begin on another node, and a cancel has stopped that"
                            .formatted(operation),
                    NO_TRANSACTION);
        }
        return current;
    }

    @Override
    public Mono<String> command(String sql, @Nullable PositionSink position) {
        return sql.equals(COMMIT) ? Mono.defer(this::commit) : current(sql).command(sql, position);
    }

    private Mono<String> commit() {
        lease.check(COMMIT);
        Trace trace = lease.trace();
        return current(COMMIT)
                .command(COMMIT, trace)
                .doOnSuccess(tag -> trace.answered())
                .doOnError(trace::failed)
                .doOnCancel(() -> trace.cancelled(true));
    }

    @Override
    public Mono<Void> cancelRequest() {
        Session current = lease.current();
        return current == null ? Mono.empty() : current.cancelRequest();
    }

    @Override
    public Status status() {
        Session current = lease.current();
        return current == null ? Status.CLOSED : current.status();
    }

    @Override
    public Mono<Void> idle() {
        Session current = lease.current();
        return current == null ? Mono.empty() : current.idle();
    }

    @Override
    public Mono<Void> close() {
        Session current = lease.current();
        return current == null ? Mono.empty() : current.close();
    }
}

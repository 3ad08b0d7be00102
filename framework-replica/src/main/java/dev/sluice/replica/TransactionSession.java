package dev.sluice.replica;

import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.PositionSink;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.Setting;
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

    private final Carrier lease;

    /** What carries the transaction. */
    interface Carrier {

        /** @return the node's own session */
        Session current();

        /** @return what is learned of the transaction */
        Trace trace();

        /** @throws NotPrimaryException if the transaction writes, and its node is known not to be the primary any more */
        void check(String operation);

        /** @throws NotPrimaryException if the transaction must not write where it is */
        void checkWrite(String operation);

        /** @return completes when BEGIN, which has failed, can be tried on another node; the error if it cannot */
        Mono<Void> move(Throwable error);
    }

    TransactionSession(Carrier lease) {
        this.lease = lease;
    }

    @Override
    public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
        return Mono.defer(() -> asking(group.name()).rows(group, mapper, maxRows));
    }

    @Override
    public Mono<Long> rowsUpdated(Group group) {
        return Mono.defer(() -> {
            lease.checkWrite(group.name());
            return asking(group.name()).rowsUpdated(group);
        });
    }

    @Override
    public <T> Flux<T> stream(Group group, Function<? super Readable, ? extends T> mapper, int fetchSize) {
        return Flux.defer(() -> asking(group.name()).stream(group, mapper, fetchSize));
    }

    private Session asking(String operation) {
        lease.check(operation);
        lease.trace().asking();
        return lease.current();
    }

    @Override
    public Mono<Void> begin(String begin, List<Setting> settings) {
        return Mono.defer(() -> lease.current().begin(begin, settings))
                .onErrorResume(error -> lease.move(error).then(Mono.defer(() -> begin(begin, settings))));
    }

    @Override
    public Mono<String> command(String sql, @Nullable PositionSink position) {
        return sql.equals(COMMIT) ? Mono.defer(this::commit) : lease.current().command(sql, position);
    }

    private Mono<String> commit() {
        lease.check(COMMIT);
        Trace trace = lease.trace();
        return lease.current()
                .command(COMMIT, trace)
                .doOnSuccess(tag -> trace.answered())
                .doOnError(trace::failed)
                .doOnCancel(() -> trace.cancelled(true));
    }

    @Override
    public Mono<Void> cancelRequest() {
        return lease.current().cancelRequest();
    }

    @Override
    public Status status() {
        return lease.current().status();
    }

    @Override
    public Mono<Void> idle() {
        return lease.current().idle();
    }

    @Override
    public Mono<Void> close() {
        return lease.current().close();
    }
}

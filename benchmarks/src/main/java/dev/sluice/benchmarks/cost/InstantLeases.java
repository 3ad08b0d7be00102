package dev.sluice.benchmarks.cost;

import dev.sluice.consistency.Lsn;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.PositionSink;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.TransactionSnapshot;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Connections that answer at once, so that what is around them is all that takes time. */
final class InstantLeases implements Leases, Session {

    // Not read as a constant: else the compiler would know all answers.
    private volatile Lsn lsn = new Lsn(1 << 20);
    private final int timeline;

    InstantLeases(int timeline) {
        this.timeline = timeline;
    }

    @Override
    public <T> Mono<T> use(LeaseRequest request, Function<Session, Mono<T>> work) {
        return Mono.defer(() -> work.apply(this));
    }

    @Override
    public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
        return Mono.fromSupplier(() -> answer(group, List.of()));
    }

    @Override
    public Mono<Long> rowsUpdated(Group group) {
        return Mono.fromSupplier(() -> answer(group, 1L));
    }

    private <T> T answer(Group group, T value) {
        PositionSink sink = group.position();
        if (sink != null) {
            sink.position(timeline, lsn, TransactionSnapshot.UNKNOWN);
        }
        return value;
    }

    @Override
    public <T> Flux<T> stream(LeaseRequest request, Function<Session, Flux<T>> work) {
        return Flux.empty();
    }

    @Override
    public <T> Flux<T> stream(Group group, Function<? super Readable, ? extends T> mapper, int fetchSize) {
        return Flux.empty();
    }

    @Override
    public Mono<Lease> acquire(LeaseRequest request) {
        return Mono.empty();
    }

    @Override
    public Mono<String> command(String sql, @Nullable PositionSink position) {
        return Mono.just(sql);
    }

    @Override
    public Mono<Void> cancelRequest() {
        return Mono.empty();
    }

    @Override
    public Status status() {
        return Status.IDLE;
    }

    @Override
    public Mono<Void> idle() {
        return Mono.empty();
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }

    @Override
    public int inUse() {
        return 0;
    }

    @Override
    public void drain() {}

    @Override
    public void disconnect() {}

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.empty();
    }
}

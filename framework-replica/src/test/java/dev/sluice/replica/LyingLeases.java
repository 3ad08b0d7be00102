package dev.sluice.replica;

import dev.sluice.consistency.Lsn;
import dev.sluice.r2dbc.session.ForwardingSession;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.PositionSink;
import dev.sluice.r2dbc.session.Session;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sessions that report another position than their server's. */
final class LyingLeases implements Leases {

    private final Leases honest;
    private final Lie lie;

    /** What is said instead of the truth. */
    interface Lie {

        /** @return instead of a position */
        default Lsn of(int timeline, Lsn lsn) {
            return lsn;
        }

        /** @return instead of what a call met */
        default Throwable of(Throwable error) {
            return error;
        }

        /** @return instead of whether a call is the first to meet the loss of its connection */
        default boolean firstLoss(boolean first) {
            return first;
        }

        /** @return instead of the answer to a write */
        default Mono<Long> updated(Mono<Long> answer) {
            return answer;
        }
    }

    LyingLeases(Leases honest, Lie lie) {
        this.honest = honest;
        this.lie = lie;
    }

    @Override
    public <T> Mono<T> use(LeaseRequest request, Function<Session, Mono<T>> work) {
        return honest.use(request, session -> work.apply(new LyingSession(session)))
                .onErrorMap(lie::of);
    }

    @Override
    public <T> Flux<T> stream(LeaseRequest request, Function<Session, Flux<T>> work) {
        return honest.stream(request, session -> work.apply(new LyingSession(session)));
    }

    @Override
    public Mono<Lease> acquire(LeaseRequest request) {
        return honest.acquire(request);
    }

    @Override
    public int inUse() {
        return honest.inUse();
    }

    @Override
    public void drain() {
        honest.drain();
    }

    @Override
    public void disconnect() {
        honest.disconnect();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return honest.closeGracefully();
    }

    private final class LyingSession extends ForwardingSession {

        LyingSession(Session session) {
            super(session);
        }

        private Group lying(Group group) {
            PositionSink sink = group.position();
            return sink == null
                    ? group
                    : group.withPosition(
                            (timeline, lsn, shown) -> sink.position(timeline, lie.of(timeline, lsn), shown));
        }

        @Override
        public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
            return super.rows(lying(group), mapper, maxRows);
        }

        @Override
        public Mono<Long> rowsUpdated(Group group) {
            return lie.updated(super.rowsUpdated(lying(group)));
        }

        @Override
        public <T> Flux<T> stream(Group group, Function<? super Readable, ? extends T> mapper, int fetchSize) {
            return super.stream(lying(group), mapper, fetchSize);
        }

        @Override
        public boolean noteLoss() {
            return lie.firstLoss(super.noteLoss());
        }
    }
}

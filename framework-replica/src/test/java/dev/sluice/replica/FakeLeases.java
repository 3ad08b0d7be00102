package dev.sluice.replica;

import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.PositionSink;
import dev.sluice.r2dbc.session.Session;
import io.r2dbc.spi.Readable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** A node's connections that do what a test tells them, and count what was sent. */
final class FakeLeases implements Leases, Session {

    /** What the next calls meet, before and after they have a connection; nothing means that they go well. */
    final Deque<Throwable> refusals = new ArrayDeque<>();

    final Deque<Throwable> errors = new ArrayDeque<>();
    int sent;
    int begun;
    int released;
    int drained;
    int disconnected;
    boolean silent;
    Runnable beforeWork = () -> {};
    Runnable beforeLease = () -> {};
    Runnable beforeAnswer = () -> {};
    Consumer<PositionSink> position = sink -> {};

    @Override
    public <T> Mono<T> use(LeaseRequest request, Function<Session, Mono<T>> work) {
        return Mono.defer(() -> {
            Throwable refusal = refusals.poll();
            if (refusal != null) {
                return Mono.error(refusal);
            }
            beforeWork.run();
            return work.apply(this);
        });
    }

    @Override
    public <T> Flux<T> stream(LeaseRequest request, Function<Session, Flux<T>> work) {
        return Flux.defer(() -> work.apply(this));
    }

    @Override
    public Mono<Lease> acquire(LeaseRequest request) {
        return Mono.defer(() -> {
            Throwable refusal = refusals.poll();
            return refusal != null ? Mono.error(refusal) : lease();
        });
    }

    // Who cancels while it arrives gets it all the same.
    private Mono<Lease> lease() {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Lease> actual) {
                actual.onSubscribe(Operators.emptySubscription());
                beforeLease.run();
                actual.onNext(new FakeLease());
                actual.onComplete();
            }
        };
    }

    private final class FakeLease implements Lease {

        private final Mono<Void> release =
                Mono.<Void>fromRunnable(() -> released++).cache();

        @Override
        public Session session() {
            return FakeLeases.this;
        }

        @Override
        public Mono<Void> release() {
            return release;
        }
    }

    private <T> Mono<T> answer(T value, Group group) {
        return Mono.defer(() -> {
            begun += group.begin() == null ? 0 : 1;
            return answer(value, group.position());
        });
    }

    private <T> Mono<T> answer(T value, @Nullable PositionSink sink) {
        return Mono.defer(() -> {
            sent++;
            beforeAnswer.run();
            if (silent) {
                return Mono.never();
            }
            Throwable error = errors.poll();
            if (error != null) {
                return Mono.error(error);
            }
            if (sink != null) {
                position.accept(sink);
            }
            return Mono.just(value);
        });
    }

    @Override
    public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
        return answer(List.of(), group);
    }

    @Override
    public Mono<Long> rowsUpdated(Group group) {
        return answer(1L, group);
    }

    @Override
    public <T> Flux<T> stream(Group group, Function<? super Readable, ? extends T> mapper, int fetchSize) {
        return answer(List.<T>of(), group).flatMapIterable(rows -> rows);
    }

    @Override
    public Mono<String> command(String sql, @Nullable PositionSink sink) {
        return answer(sql, sink);
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
    public void drain() {
        drained++;
    }

    @Override
    public void disconnect() {
        disconnected++;
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.empty();
    }
}

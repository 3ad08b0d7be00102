package dev.sluice.replica.topology;

import dev.sluice.consistency.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A node that answers as told, and counts. For one thread, or for virtual time. */
final class FakeProbe implements Probe {

    private final Scheduler scheduler;
    /** When it was asked what it is, in milliseconds. */
    final List<Long> asked = new ArrayList<>();

    /** When it was asked where it stands. */
    final List<Long> polled = new ArrayList<>();

    Supplier<Mono<NodeAnswer>> answer = () -> Mono.just(standby(1, 100));
    Supplier<Mono<Lsn>> position = () -> Mono.just(new Lsn(100));
    Supplier<Mono<PrimarySnapshot>> snapshot = Mono::empty;
    Function<List<Long>, Mono<List<Long>>> committed = transactions -> Mono.just(List.of());
    boolean closed;

    FakeProbe(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    static NodeAnswer primary(int timeline, long lsn) {
        return new NodeAnswer(1, 1, true, timeline, new Lsn(lsn), null, false);
    }

    static NodeAnswer standby(int timeline, long lsn) {
        return new NodeAnswer(1, 2, false, timeline, new Lsn(lsn), "streaming", false);
    }

    @Override
    public Mono<NodeAnswer> ask() {
        asked.add(scheduler.now(java.util.concurrent.TimeUnit.MILLISECONDS));
        return answer.get();
    }

    @Override
    public Mono<Lsn> position() {
        polled.add(scheduler.now(java.util.concurrent.TimeUnit.MILLISECONDS));
        return position.get();
    }

    @Override
    public Mono<PrimarySnapshot> snapshot() {
        return snapshot.get();
    }

    @Override
    public Mono<List<Long>> committed(List<Long> transactions) {
        return committed.apply(transactions);
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> closed = true);
    }
}

package dev.sluice.r2dbc.work;

import dev.sluice.access.Access;
import dev.sluice.access.AccessChange;
import dev.sluice.tenant.TenantId;
import dev.sluice.work.Fence;
import dev.sluice.work.LeaseLostException;
import dev.sluice.work.Progress;
import dev.sluice.work.Work;
import dev.sluice.work.Worker;
import dev.sluice.work.WorkerStatus;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * Runs one worker in this process: waits for the lease, then runs as long as it is kept, with each write under its fence. What is in
 * progress when the lease is lost is cancelled. Thread-safe.
 */
final class WorkerRunner {

    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.work");

    /** Between two looks whether the runner is still alive: a sixth of the lease, at most a second. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

    private final Worker worker;
    private final @Nullable FleetLease lease;
    private final Agenda agenda;
    private final Journal journal;
    private final Bell bell = new Bell();
    private final Bell stopBell = new Bell();
    private final Sinks.Empty<Void> stopped = Sinks.empty();
    private final Disposable.Swap loop = Disposables.swap();
    private volatile boolean stopping;

    WorkerRunner(Worker worker, @Nullable FleetLease lease) {
        this.worker = worker;
        this.lease = lease;
        this.agenda = new Agenda(worker, System.nanoTime());
        this.journal = new Journal(worker);
    }

    void start() {
        loop.update(run().subscribeOn(Schedulers.parallel())
                .doFinally(signal -> {
                    journal.ended();
                    stopped.tryEmitEmpty();
                })
                .subscribe(nothing -> {}, error -> LOG.error("worker '{}' is no longer run", worker.name(), error)));
    }

    void wake() {
        agenda.wake(System.nanoTime());
        bell.ring();
    }

    /** Completes when nothing runs any more; what does not end in time is cancelled and left to its lease. */
    Mono<Void> stop() {
        return Mono.defer(() -> {
            stopping = true;
            bell.ring();
            stopBell.ring();
            return stopped.asMono().timeout(worker.stopTimeout(), Mono.fromRunnable(() -> {
                LOG.warn("worker '{}' did not stop within {}", worker.name(), worker.stopTimeout());
                loop.dispose();
            }));
        });
    }

    WorkerStatus status() {
        return journal.status(agenda.untilNext(System.nanoTime()));
    }

    private Mono<Void> run() {
        FleetLease wanted = lease;
        if (wanted == null) {
            journal.runsAnyway();
            return hands(null);
        }
        return Mono.defer(() -> look(wanted))
                .repeat(() -> !stopping && !agenda.isEmpty())
                .then();
    }

    private Mono<Void> look(FleetLease wanted) {
        long heard = stopBell.heard();
        long asked = System.nanoTime();
        return wanted.take()
                .flatMap(answer -> {
                    if (answer.taken()) {
                        return lead(wanted, answer, asked);
                    }
                    journal.follows(answer.holder(), answer.epoch());
                    return rest(heard);
                })
                .onErrorResume(error -> {
                    journal.leaseTrouble(error);
                    return rest(heard);
                });
    }

    private Mono<Void> lead(FleetLease held, FleetLease.Answer answer, long asked) {
        Fence fence = new Fence(worker.name(), answer.epoch());
        journal.leads(answer.holder(), answer.epoch());
        return Mono.firstWithSignal(hands(fence), held.keep(fence, asked))
                .then(Mono.defer(() -> held.end(fence)))
                .onErrorResume(LeaseLostException.class, error -> {
                    journal.lost(error);
                    return Mono.empty();
                });
    }

    private Mono<Void> rest(long heard) {
        Duration lease = worker.lease() == null ? LONGEST_LOOK : worker.lease();
        Duration most = lease.dividedBy(6).compareTo(LONGEST_LOOK) < 0 ? lease.dividedBy(6) : LONGEST_LOOK;
        // Up to half more, so that a fleet that lost its runner does not ask at one instant.
        long nanos = (long) (most.toNanos() * (1 + ThreadLocalRandom.current().nextDouble() / 2));
        return stopBell.rest(heard, Duration.ofNanos(nanos));
    }

    /** Completes when the process stops, or nothing is left to be done; {@link LeaseLostException} if a write was refused. */
    private Mono<Void> hands(@Nullable Fence fence) {
        return Flux.range(0, worker.hands())
                .flatMap(hand -> hand(fence), worker.hands())
                .then();
    }

    private Mono<Void> hand(@Nullable Fence fence) {
        return Mono.defer(() -> {
                    long heard = bell.heard();
                    long now = System.nanoTime();
                    Agenda.Entry entry = agenda.take(now);
                    if (entry != null) {
                        return turn(entry, fence);
                    }
                    return agenda.isEmpty() ? Mono.empty() : bell.rest(heard, agenda.untilNext(now));
                })
                .repeat(() -> !stopping && !agenda.isEmpty())
                .then();
    }

    private Mono<Void> turn(Agenda.Entry entry, @Nullable Fence fence) {
        TenantId tenant = entry.tenant();
        journal.begins();
        return Mono.defer(() -> worker.work().run(new CurrentRun(tenant)))
                .defaultIfEmpty(Progress.DONE)
                .timeout(
                        worker.timeout(),
                        Mono.error(() -> new TimeoutException(
                                "a run of worker '%s' took longer than %s".formatted(worker.name(), worker.timeout()))))
                .contextWrite(context -> context(context, tenant, fence))
                .doOnNext(progress -> succeeded(entry, progress))
                .onErrorResume(error -> !(error instanceof LeaseLostException), error -> {
                    journal.failed(tenant, error);
                    agenda.failed(entry, System.nanoTime());
                    return Mono.empty();
                })
                .doOnError(lost -> given(entry))
                .doOnCancel(() -> given(entry))
                .doFinally(signal -> bell.ring())
                .then();
    }

    private void succeeded(Agenda.Entry entry, Progress progress) {
        journal.succeeded(entry.tenant());
        if (progress == Progress.MORE) {
            agenda.more(entry, System.nanoTime());
        } else {
            agenda.done(entry, System.nanoTime());
        }
    }

    private void given(Agenda.Entry entry) {
        journal.cancelled();
        agenda.more(entry, System.nanoTime());
    }

    private Context context(Context context, @Nullable TenantId tenant, @Nullable Fence fence) {
        AccessChange access = Access.workload(worker.workload().name());
        Context changed = (tenant == null ? access : access.tenant(tenant)).apply(context);
        return fence == null ? changed : fence.apply(changed);
    }

    private final class CurrentRun implements Work.Run {

        private final @Nullable TenantId tenant;

        private CurrentRun(@Nullable TenantId tenant) {
            this.tenant = tenant;
        }

        @Override
        public @Nullable TenantId tenant() {
            return tenant;
        }

        @Override
        public boolean isStopping() {
            return stopping;
        }
    }
}

package dev.sluice.reference.simulation;

import dev.sluice.access.Access;
import dev.sluice.reference.demand.DemandHistory;
import dev.sluice.tenant.TenantId;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the simulations of all tenants, some at once, all in the workload {@code background}. Tenants take turns: after each
 * simulation the next tenant is looked at, so nobody waits for more than one of each other tenant's per free hand. Thread-safe.
 */
final class SimulationWorker implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(SimulationWorker.class);

    /** Of a stop: a chunk, and the calls that store it and give the claim back. */
    private static final Duration STOPPING = Duration.ofSeconds(20);

    private final SimulationProperties properties;
    private final List<TenantId> tenants;
    private final Scheduler processor;
    private final SimulationRunner runner;

    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicLong wakes = new AtomicLong();
    private final Sinks.Many<Long> bell = Sinks.many().multicast().directBestEffort();
    private final Set<TenantId> troubled = ConcurrentHashMap.newKeySet();

    private final Sinks.Empty<Void> stopped = Sinks.empty();
    private volatile boolean running;
    private volatile Disposable hands = Disposables.disposed();

    SimulationWorker(
            Simulations simulations,
            DemandHistory demand,
            JsonMapper mapper,
            SimulationProperties properties,
            List<TenantId> tenants) {
        this.properties = properties;
        this.tenants = List.copyOf(tenants);
        this.processor = Schedulers.newParallel("simulation", properties.concurrency(), true);
        this.runner = new SimulationRunner(simulations, demand, mapper, properties.lease(), processor);
    }

    /** Says that there may be something to do. */
    void wake() {
        // Counted too: two that ring at once make one sound, and nobody may be listening yet.
        bell.tryEmitNext(wakes.incrementAndGet());
    }

    @Override
    public void start() {
        running = true;
        hands = Flux.range(0, properties.concurrency())
                .flatMap(hand -> work(), properties.concurrency())
                .doFinally(signal -> stopped.tryEmitEmpty())
                .subscribe(nothing -> {}, error -> LOG.error("simulations are no longer run", error));
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    /** Lets each hand store its chunk and give its claim back; what does not manage in time is left to its lease. */
    @Override
    public void stop(Runnable callback) {
        running = false;
        wake();
        stopped.asMono()
                .timeout(STOPPING)
                .doFinally(signal -> {
                    hands.dispose();
                    processor.dispose();
                    callback.run();
                })
                .subscribe(nothing -> {}, late -> LOG.warn("simulations did not stop in order: {}", late.toString()));
    }

    /** One hand: one simulation at a time, one call to the database at a time. */
    private Mono<Void> work() {
        return Mono.defer(() -> {
                    long heard = wakes.get();
                    return round().flatMap(ran -> ran ? Mono.empty() : rest(heard));
                })
                .repeat(() -> running)
                .then();
    }

    /** Offers each tenant its turn until one had something to run; answers whether one had. */
    private Mono<Boolean> round() {
        return Flux.range(0, tenants.size())
                .takeWhile(tenant -> running)
                .concatMap(tenant -> runOneOf(next()), 1)
                .any(ran -> ran);
    }

    private Mono<Boolean> runOneOf(TenantId tenant) {
        return runner.claim()
                .flatMap(claim -> runner.run(claim, () -> !running).thenReturn(true))
                .defaultIfEmpty(false)
                .doOnNext(done -> recovered(tenant))
                .onErrorResume(error -> {
                    report(tenant, error);
                    return Mono.just(false);
                })
                .contextWrite(Access.tenant(tenant).workload("background"));
    }

    private TenantId next() {
        return tenants.get(Math.floorMod(turn.getAndIncrement(), tenants.size()));
    }

    /** Until somebody rings, at most for the time of a poll; not at all if somebody rang since. */
    private Mono<Void> rest(long heard) {
        return Mono.firstWithSignal(
                        bell.asFlux().next(),
                        Mono.delay(properties.poll()),
                        Mono.defer(() -> wakes.get() == heard ? Mono.never() : Mono.just(heard)))
                .then();
    }

    // Once, until it works again. The server's own text may hold values.
    private void report(TenantId tenant, Throwable error) {
        if (troubled.add(tenant)) {
            LOG.warn(
                    "simulations of tenant '{}' wait, tried again every {} ms: {} (SQLSTATE {})",
                    tenant,
                    properties.poll().toMillis(),
                    error.getClass().getSimpleName(),
                    error instanceof R2dbcException e ? e.getSqlState() : "none");
        }
    }

    private void recovered(TenantId tenant) {
        if (troubled.remove(tenant)) {
            LOG.info("simulations of tenant '{}' go on", tenant);
        }
    }
}

package dev.sluice.reference.simulation;

import dev.sluice.reference.demand.DemandHistory;
import dev.sluice.reference.demand.DemandMonth;
import dev.sluice.repository.Json;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs one claimed simulation: reads the history in a short call, draws a chunk on a processor thread, stores it in a short
 * call, and so on. Between the calls it holds no connection. Calls are for the tenant and workload of the Context.
 */
final class SimulationRunner {

    /** Processes that may die on one simulation without storing a chunk, before it is given up. */
    static final int MAX_ATTEMPTS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(SimulationRunner.class);

    private final Simulations simulations;
    private final DemandHistory demand;
    private final JsonMapper mapper;
    private final Duration lease;
    private final Scheduler processor;

    SimulationRunner(
            Simulations simulations, DemandHistory demand, JsonMapper mapper, Duration lease, Scheduler processor) {
        this.simulations = simulations;
        this.demand = demand;
        this.mapper = mapper;
        this.lease = lease;
        this.processor = processor;
    }

    /** Takes a simulation of the Context's tenant; empty if none waits. */
    Mono<Claim> claim() {
        return simulations.claim(lease.toSeconds());
    }

    /**
     * Runs a claim to its end.
     *
     * @param claim the claim
     * @param stopping asked after each chunk; once true, the claim is given back for another worker to go on
     * @return completes when the outcome is stored, the claim given back, or lost to another worker; an error if the database
     *     cannot be reached. Cancelling leaves the claim to its lease, as the death of the process does.
     */
    Mono<Void> run(Claim claim, BooleanSupplier stopping) {
        if (claim.attempts() > MAX_ATTEMPTS) {
            LOG.error("simulation {} is given up: {} claims without progress", claim.id(), MAX_ATTEMPTS);
            return fail(claim, "given up after %d attempts without progress".formatted(MAX_ATTEMPTS));
        }
        return demand.ofIndustry(claim.industry())
                .filter(month -> !month.month().isAfter(claim.historyUntil()))
                .collectList()
                .flatMap(history -> computed(() -> begin(claim, history)))
                .flatMap(run -> toTheEnd(run, stopping))
                .onErrorResume(ModelFailedException.class, e -> fail(claim, e.reason()))
                .onErrorResume(error -> release(claim)
                        .onErrorResume(unreleased -> Mono.fromRunnable(() -> error.addSuppressed(unreleased)))
                        .then(Mono.error(error)));
    }

    private SimulationRun begin(Claim claim, List<DemandMonth> history) {
        double[] series = history.stream().mapToDouble(DemandMonth::thousands).toArray();
        Json tally = claim.tally();
        return SimulationRun.of(
                claim, series, tally == null ? new int[0][] : mapper.readValue(tally.value(), int[][].class));
    }

    private Mono<Void> toTheEnd(SimulationRun run, BooleanSupplier stopping) {
        return Mono.defer(() -> chunk(run))
                .repeat(() -> !run.isComplete() && !stopping.getAsBoolean())
                .takeUntil(isOurs -> !isOurs)
                .last()
                .flatMap(isOurs -> isOurs && !run.isComplete() ? release(run.claim()) : Mono.empty());
    }

    /** Answers whether the simulation is still ours. */
    private Mono<Boolean> chunk(SimulationRun run) {
        return computed(() -> {
                    run.drawChunk();
                    return json(run.isComplete() ? run.quantiles() : run.counted());
                })
                .flatMap(state -> store(run, state))
                .map(rows -> rows > 0)
                .doOnNext(isOurs -> {
                    if (!isOurs) {
                        LOG.info(
                                "simulation {} was taken over or deleted meanwhile",
                                run.claim().id());
                    }
                });
    }

    private Mono<Long> store(SimulationRun run, Json state) {
        Claim claim = run.claim();
        return run.isComplete()
                ? simulations.finish(claim.id(), claim.epoch(), state)
                : simulations.advance(claim.id(), claim.epoch(), run.done(), state, lease.toSeconds());
    }

    private Mono<Void> fail(Claim claim, String failure) {
        return simulations.fail(claim.id(), claim.epoch(), failure).then();
    }

    private Mono<Void> release(Claim claim) {
        return simulations.release(claim.id(), claim.epoch()).then();
    }

    private Json json(Object state) {
        return Json.of(mapper.writeValueAsString(state));
    }

    private <T> Mono<T> computed(Callable<T> work) {
        return Mono.fromCallable(work).subscribeOn(processor).onErrorMap(ModelFailedException::new);
    }

    /** The fault is in what was computed: another attempt would fail too. */
    private static final class ModelFailedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private ModelFailedException(Throwable cause) {
            super(cause);
        }

        private String reason() {
            Throwable cause = getCause();
            if (cause instanceof IllegalArgumentException) {
                return Objects.requireNonNullElse(cause.getMessage(), "");
            }
            LOG.error("a simulation failed", cause);
            return "the model cannot be run on this history";
        }
    }
}

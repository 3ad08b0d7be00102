package dev.sluice.reference.simulation;

import dev.sluice.access.Access;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.reference.demand.DemandHistory;
import dev.sluice.reference.demand.DemandMonth;
import dev.sluice.reference.forecast.seasonal.ForecastModel;
import dev.sluice.reference.scenario.Scenario;
import dev.sluice.reference.scenario.Scenarios;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebInputException;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Takes simulations in, as many unfinished ones of a tenant as there are places. */
final class SimulationQueue {

    private static final int LEAST_MONTHS = 3 * ForecastModel.SEASON;

    /** About what the largest simulation takes. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** Places are picked at random: to lose this often means that there are hardly any. */
    private static final int LOST_PLACES = 10;

    private final Simulations simulations;
    private final Scenarios scenarios;
    private final DemandHistory demand;
    private final int places;
    private final Clock clock;

    SimulationQueue(
            Simulations simulations,
            Scenarios scenarios,
            DemandHistory demand,
            SimulationProperties properties,
            Clock clock) {
        this.simulations = simulations;
        this.scenarios = scenarios;
        this.demand = demand;
        this.places = properties.maxUnfinished();
        this.clock = clock;
    }

    /**
     * Stores a new simulation.
     *
     * @param draft what is asked for
     * @return the simulation as stored; an error if there is no such scenario, its history is too short, or the tenant has
     *     as many unfinished simulations as it may have
     */
    Mono<Simulation> add(SimulationDraft draft) {
        return scenarios
                .findById(draft.scenarioId())
                .switchIfEmpty(noScenario(draft))
                .flatMap(scenario -> demand.ofIndustry(scenario.industry())
                        .collectList()
                        .flatMap(history -> add(draft, scenario, history)))
                // Somebody took the place between the look and the insert, or deleted the scenario: look again.
                .retryWhen(Retry.max(LOST_PLACES)
                        .filter(R2dbcDataIntegrityViolationException.class::isInstance)
                        .onRetryExhaustedThrow((retries, last) -> last.failure()));
    }

    private Mono<Simulation> add(SimulationDraft draft, Scenario scenario, List<DemandMonth> history) {
        if (history.size() < LEAST_MONTHS) {
            return Mono.error(new ServerWebInputException(
                    "scenarioId: the scenario's industry has %d months of demand history (expected: at least %d)"
                            .formatted(history.size(), LEAST_MONTHS)));
        }
        DemandMonth last = history.get(history.size() - 1);
        return freePlace().flatMap(place -> simulations.insert(draft.toNew(scenario, last, place, clock)));
    }

    private Mono<Integer> freePlace() {
        return simulations.takenPlaces().collectList().map(HashSet::new).flatMap(this::freePlace);
    }

    private Mono<Integer> freePlace(Set<Integer> taken) {
        int[] free = IntStream.range(0, places)
                .filter(place -> !taken.contains(place))
                .toArray();
        return free.length == 0
                ? Access.current().flatMap(access -> Mono.error(full(access, taken.size())))
                : Mono.just(free[ThreadLocalRandom.current().nextInt(free.length)]);
    }

    private AdmissionRejectedException full(Access access, int taken) {
        return new AdmissionRejectedException(
                access.tenant(), Workload.BACKGROUND, Reason.TENANT_BUSY, places, taken, RETRY_AFTER);
    }

    private static <T> Mono<T> noScenario(SimulationDraft draft) {
        return Mono.error(() ->
                new ResponseStatusException(HttpStatus.NOT_FOUND, "no scenario %s".formatted(draft.scenarioId())));
    }
}

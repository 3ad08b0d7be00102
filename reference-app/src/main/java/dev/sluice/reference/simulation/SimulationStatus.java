package dev.sluice.reference.simulation;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A simulation as a planner sees it.
 *
 * @param id its id
 * @param scenarioId the scenario
 * @param runs how many paths are drawn
 * @param horizon how many months each has
 * @param seed what they are drawn from: the same seed on the same history gives the same quantiles
 * @param createdAt when it was asked for
 * @param state {@code queued}, {@code running}, {@code done} or {@code failed}
 * @param progress the share of the paths that are drawn, 0 to 1
 * @param quantiles the outcome; null until it is done
 * @param failure why there is none; null unless it failed
 */
record SimulationStatus(
        UUID id,
        UUID scenarioId,
        int runs,
        int horizon,
        long seed,
        Instant createdAt,
        String state,
        double progress,
        @Nullable Quantiles quantiles,
        @Nullable String failure) {

    static SimulationStatus of(Simulation simulation, JsonMapper mapper) {
        return new SimulationStatus(
                simulation.id(),
                simulation.scenarioId(),
                simulation.runs(),
                simulation.horizon(),
                simulation.seed(),
                simulation.createdAt(),
                simulation.state().name().toLowerCase(Locale.ROOT),
                (double) simulation.runsDone() / simulation.runs(),
                simulation.quantiles() == null
                        ? null
                        : mapper.readValue(simulation.quantiles().value(), Quantiles.class),
                simulation.failure());
    }
}

package dev.sluice.reference.simulation;

import dev.sluice.reference.demand.DemandMonth;
import dev.sluice.reference.scenario.Scenario;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A simulation as a planner asks for it.
 *
 * @param scenarioId the scenario whose demand is simulated
 * @param runs how many paths are drawn; absent means 1,000
 * @param horizon how many months after the history; absent means 12
 * @param seed what the paths are drawn from; absent means that the service picks one, which the simulation then names
 */
record SimulationDraft(
        @NotNull UUID scenarioId,
        @Min(1) @Max(MAX_RUNS) @Nullable Integer runs,
        @Min(1) @Max(MAX_HORIZON) @Nullable Integer horizon,
        @Min(0) @Max(MAX_SEED) @Nullable Long seed) {

    static final int MAX_RUNS = 1_000_000;
    static final int MAX_HORIZON = 60;

    /** The largest number that every JSON reader keeps exactly. */
    static final long MAX_SEED = (1L << 53) - 1;

    Simulation toNew(Scenario scenario, DemandMonth last, int place, Clock clock) {
        return new Simulation(
                UUID.randomUUID(),
                scenario.id(),
                scenario.industry(),
                last.month(),
                runs == null ? 1_000 : runs,
                horizon == null ? 12 : horizon,
                seed == null ? ThreadLocalRandom.current().nextLong(MAX_SEED) : seed,
                place,
                // PostgreSQL keeps microseconds: a finer instant would come back changed.
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                Simulation.State.QUEUED,
                0,
                null,
                null);
    }
}

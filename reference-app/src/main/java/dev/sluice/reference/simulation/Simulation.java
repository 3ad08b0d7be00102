package dev.sluice.reference.simulation;

import dev.sluice.repository.Id;
import dev.sluice.repository.Json;
import dev.sluice.repository.TenantOwned;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A simulation as it was asked for, and how far it is. What its worker needs beside is in {@link Claim}.
 *
 * @param id its id
 * @param scenarioId the scenario
 * @param industry the series of demand, as the scenario named it then
 * @param historyUntil the last month of the series that is used, so that a resumed run sees what the first one saw
 * @param runs how many paths are drawn
 * @param horizon how many months each has
 * @param seed what the paths are drawn from: the same seed, the same quantiles
 * @param place its place among the tenant's unfinished ones; null once it is finished
 * @param createdAt when it was asked for
 * @param state how far it is
 * @param runsDone the paths that are drawn and counted
 * @param quantiles the outcome, a {@link Quantiles} in JSON; null until it is done
 * @param failure why it failed; null unless it did
 */
@TenantOwned("simulations")
public record Simulation(
        @Id UUID id,
        UUID scenarioId,
        String industry,
        LocalDate historyUntil,
        int runs,
        int horizon,
        long seed,
        @Nullable Integer place,
        Instant createdAt,
        State state,
        int runsDone,
        @Nullable Json quantiles,
        @Nullable String failure) {

    /** How far a simulation is. */
    public enum State {
        /** It waits for a worker. */
        QUEUED,
        /** A worker has it, or had it until its process died. */
        RUNNING,
        /** The quantiles are there. */
        DONE,
        /** There will be none. */
        FAILED
    }
}

package dev.sluice.reference.simulation;

import dev.sluice.repository.Json;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A simulation in the hands of one worker.
 *
 * @param id its id
 * @param industry the series of demand
 * @param historyUntil the last month of the series that is used
 * @param runs how many paths are to be drawn
 * @param horizon how many months each has
 * @param seed what they are drawn from
 * @param epoch raised by each claim: a write that names an older one changes nothing
 * @param attempts the claims, this one included, since a chunk was last stored
 * @param runsDone the paths that are drawn and counted
 * @param tally the counts of those paths; null if there are none
 */
public record Claim(
        UUID id,
        String industry,
        LocalDate historyUntil,
        int runs,
        int horizon,
        long seed,
        long epoch,
        int attempts,
        int runsDone,
        @Nullable Json tally) {}

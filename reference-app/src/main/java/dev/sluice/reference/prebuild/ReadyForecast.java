package dev.sluice.reference.prebuild;

import dev.sluice.repository.Id;
import dev.sluice.repository.Json;
import dev.sluice.repository.TenantOwned;
import java.util.UUID;

/**
 * A forecast that is ready.
 *
 * @param id its id
 * @param scenarioId the scenario
 * @param place its place among the scenario's, from 0; the forecast of place n begins n years after the history
 * @param scenarioVersion the version of the scenario that it was made for
 * @param months its months, in JSON
 */
@TenantOwned("ready_forecasts")
public record ReadyForecast(@Id UUID id, UUID scenarioId, int place, long scenarioVersion, Json months) {}

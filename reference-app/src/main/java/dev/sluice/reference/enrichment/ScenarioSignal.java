package dev.sluice.reference.enrichment;

import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import java.time.Instant;
import java.util.UUID;

/**
 * What the signal service says about a scenario.
 *
 * @param id the scenario
 * @param scenarioVersion the version of the scenario that it was asked for; -1 if it has not answered
 * @param signal its answer; empty if it has not answered
 * @param dueAt not before then is it asked again
 */
@TenantOwned("scenario_signals")
public record ScenarioSignal(@Id UUID id, long scenarioVersion, String signal, Instant dueAt) {}

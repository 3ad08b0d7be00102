package dev.sluice.reference.prebuild;

import java.util.UUID;

/**
 * A scenario that has fewer forecasts ready than it wants.
 *
 * @param scenarioId the scenario
 * @param industry the series of demand that it is about
 * @param version its present version
 * @param wanted how many it wants
 */
public record Shortage(UUID scenarioId, String industry, long version, int wanted) {}

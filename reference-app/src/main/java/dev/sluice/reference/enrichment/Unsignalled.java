package dev.sluice.reference.enrichment;

import java.util.UUID;

/**
 * A scenario without a signal for its present version.
 *
 * @param id the scenario
 * @param industry what the service is asked about
 * @param version its version as read
 */
public record Unsignalled(UUID id, String industry, long version) {}

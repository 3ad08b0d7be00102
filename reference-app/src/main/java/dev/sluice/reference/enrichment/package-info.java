/**
 * Signals from another service about each scenario. {@link dev.sluice.reference.enrichment.EnrichmentWorkers} asks it in phases: no
 * transaction and no connection waits for its answer.
 */
@NullMarked
package dev.sluice.reference.enrichment;

import org.jspecify.annotations.NullMarked;

/**
 * Monte Carlo simulations of a scenario's demand, run in the background. {@link
 * dev.sluice.reference.simulation.SimulationResource} takes and shows them, {@link
 * dev.sluice.reference.simulation.SimulationWorkers} have them run, tenant by tenant, and {@link
 * dev.sluice.reference.simulation.SimulationRunner} claims one and computes it in chunks, holding no connection meanwhile. A claim is a row's
 * lease and epoch: what a dead process leaves is taken over, and what it writes afterwards changes nothing.
 */
@NullMarked
package dev.sluice.reference.simulation;

import org.jspecify.annotations.NullMarked;

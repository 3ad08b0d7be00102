/**
 * Load and what is counted of it. {@link dev.sluice.benchmarks.load.OpenLoop} begins calls at instants that were drawn
 * beforehand, {@link dev.sluice.benchmarks.load.ClosedLoop} begins one when the last has ended, and
 * {@link dev.sluice.benchmarks.load.Report} writes what came of it.
 */
@NullMarked
package dev.sluice.benchmarks.load;

import org.jspecify.annotations.NullMarked;

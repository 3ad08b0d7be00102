/**
 * Draws what docs/benchmarks.md says. {@link dev.sluice.benchmarks.plots.Plots} reads the tables of that document, and
 * the comments that say how each is drawn, and nothing else: a plot shows the figures of its table or is not drawn.
 */
@NullMarked
package dev.sluice.benchmarks.plots;

import org.jspecify.annotations.NullMarked;

/**
 * What quick tenants feel of slow ones. {@link dev.sluice.benchmarks.neighbour.NoisyNeighbour} runs the variants: other
 * tenants, a background flood, and both through HTTP. A {@link dev.sluice.benchmarks.neighbour.Scene} says who disturbs,
 * a {@link dev.sluice.benchmarks.neighbour.Slice} is what came of it.
 */
@NullMarked
package dev.sluice.benchmarks.neighbour;

import org.jspecify.annotations.NullMarked;

/**
 * What background work costs those who wait for answers: {@link dev.sluice.benchmarks.background.Reconciling} and {@link
 * dev.sluice.benchmarks.background.Enriching} beside a steady load on the same ten connections.
 */
@NullMarked
package dev.sluice.benchmarks.background;

import org.jspecify.annotations.NullMarked;

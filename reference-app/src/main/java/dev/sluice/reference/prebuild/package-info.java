/**
 * Forecasts that are ready before somebody asks. Each scenario says how many it wants; {@link
 * dev.sluice.reference.prebuild.PrebuildWorkers} reconciles: the database finds the scenarios that have fewer, of their present
 * version, and only those are worked on.
 */
@NullMarked
package dev.sluice.reference.prebuild;

import org.jspecify.annotations.NullMarked;

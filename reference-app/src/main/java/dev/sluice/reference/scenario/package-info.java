/** Scenarios: what a planner names, searches and forecasts. The entity, its repository and its HTTP resource. */
@NullMarked
package dev.sluice.reference.scenario;

import org.jspecify.annotations.NullMarked;

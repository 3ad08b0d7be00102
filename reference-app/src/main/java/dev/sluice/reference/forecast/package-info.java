/** Forecasts of a scenario: one value a month, with the error of the model that made it. */
@NullMarked
package dev.sluice.reference.forecast;

import org.jspecify.annotations.NullMarked;

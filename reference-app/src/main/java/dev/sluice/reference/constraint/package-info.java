/** Constraints that a scenario's forecasts must keep, and their validation. */
@NullMarked
package dev.sluice.reference.constraint;

import org.jspecify.annotations.NullMarked;

/**
 * When to warn: {@link dev.sluice.spring.alert.SluiceAlert} has every alert with its lines, from which the rules for Prometheus
 * are written too; {@link dev.sluice.spring.alert.AlertBoard} says how each stands now, for the actuator. What it needs of the
 * last minute {@link dev.sluice.spring.alert.AlertSignals} remembers.
 */
@NullMarked
package dev.sluice.spring.alert;

import org.jspecify.annotations.NullMarked;

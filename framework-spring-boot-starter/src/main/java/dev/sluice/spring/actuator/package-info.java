/**
 * What operations see of Sluice: {@link dev.sluice.spring.actuator.SluiceHealthIndicator} tells whether the
 * database answers, {@link dev.sluice.spring.actuator.SluiceEndpoint} how much of its nodes is in use.
 * Neither needs a tenant.
 */
@NullMarked
package dev.sluice.spring.actuator;

import org.jspecify.annotations.NullMarked;

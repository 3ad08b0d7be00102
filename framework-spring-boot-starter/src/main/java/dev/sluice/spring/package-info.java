/**
 * Sluice in Spring Boot. {@link dev.sluice.spring.SluiceAutoConfiguration} connects it at start and closes it
 * at the end; what belongs to a feature has its own auto-configuration in the package of that feature. Each
 * bean backs off for the application's own.
 */
@NullMarked
package dev.sluice.spring;

import org.jspecify.annotations.NullMarked;

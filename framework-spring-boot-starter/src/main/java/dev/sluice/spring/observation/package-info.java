/**
 * Meters of Sluice. {@link dev.sluice.spring.observation.SluiceMetersAutoConfiguration} makes them where Micrometer is on the
 * class path and there is a registry; their names, tags and meanings are in
 * {@link dev.sluice.spring.observation.SluiceMeter}.
 */
@NullMarked
package dev.sluice.spring.observation;

import org.jspecify.annotations.NullMarked;

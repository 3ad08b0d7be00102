/**
 * What the database says of itself: {@link dev.sluice.spring.sampler.DatabaseSampler} asks the primary now and then, as the
 * monitor role on a connection of its own, and keeps the last {@link dev.sluice.spring.sampler.DatabaseSample}. Meters and
 * alerts read that.
 */
@NullMarked
package dev.sluice.spring.sampler;

import org.jspecify.annotations.NullMarked;

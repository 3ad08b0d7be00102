/**
 * What a tier that many processes share must be able to do. {@link dev.sluice.cache.shared.SharedTier} is the whole of it: values under
 * leases, generations, markers of writers, and word of every change.
 */
@NullMarked
package dev.sluice.cache.shared;

import org.jspecify.annotations.NullMarked;

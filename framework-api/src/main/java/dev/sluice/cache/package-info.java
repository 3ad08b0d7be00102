/**
 * Cached reads. {@link dev.sluice.cache.TenantCache} is what repositories and services hold: a
 * {@link dev.sluice.cache.CacheRegion} of it answers from the cache or runs a {@link dev.sluice.cache.CacheLoader}, and its
 * settlement, around each commit, ends what the commit has outdated. The implementation is {@code framework-cache}.
 */
@NullMarked
package dev.sluice.cache;

import org.jspecify.annotations.NullMarked;

/**
 * The cache of a process. {@link dev.sluice.cache.tiered.TieredCache} is the entry point: a read asks the near tier, then, once for all
 * who wait for the same, the shared tier, and then the database under a lease. Around each commit a settlement marks and ends what
 * it changes.
 */
@NullMarked
package dev.sluice.cache.tiered;

import org.jspecify.annotations.NullMarked;

/**
 * How fresh a read must be. {@link dev.sluice.consistency.ReadConsistency} is what a read declares and
 * {@link dev.sluice.consistency.Lsn} is the position in the write-ahead log that freshness is measured by.
 */
@NullMarked
package dev.sluice.consistency;

import org.jspecify.annotations.NullMarked;

/**
 * What stands in for parts of admission. {@link dev.sluice.benchmarks.admission.FairSemaphore} is the plain rival: what
 * admission costs is what it takes more than this. {@link dev.sluice.benchmarks.admission.MovingLimits} are limits that a
 * test changes.
 */
@NullMarked
package dev.sluice.benchmarks.admission;

import org.jspecify.annotations.NullMarked;

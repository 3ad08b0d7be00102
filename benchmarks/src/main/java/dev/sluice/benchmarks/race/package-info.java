/** Sluice beside other clients of PostgreSQL, all doing the same calls. */
@NullMarked
package dev.sluice.benchmarks.race;

import org.jspecify.annotations.NullMarked;

/** What replicas add, and what is left when one of them is ill. */
@NullMarked
package dev.sluice.benchmarks.replica;

import org.jspecify.annotations.NullMarked;

/**
 * Load tests and side-by-side runs. {@link dev.sluice.benchmarks.Benchmarks} runs one of them by name and prints what
 * came of it as markdown; docs/benchmarks.md says how and keeps the results.
 */
@NullMarked
package dev.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;

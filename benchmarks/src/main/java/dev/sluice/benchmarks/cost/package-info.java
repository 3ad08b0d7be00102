/**
 * What a call costs. {@link dev.sluice.benchmarks.cost.AdmissionCost} measures a permit with JMH and in paired rounds on a
 * database, beside a plain semaphore; {@link dev.sluice.benchmarks.cost.FindById} compares a repository with r2dbc-pool.
 */
@NullMarked
package dev.sluice.benchmarks.cost;

import org.jspecify.annotations.NullMarked;

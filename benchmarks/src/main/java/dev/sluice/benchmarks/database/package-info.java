/**
 * One table, and the ways to it that are compared. {@link dev.sluice.benchmarks.database.ProductDatabase} starts the
 * server; {@link dev.sluice.benchmarks.database.SluiceWay} and {@link dev.sluice.benchmarks.database.RawWay} read the
 * same rows and do the same slow work.
 */
@NullMarked
package dev.sluice.benchmarks.database;

import org.jspecify.annotations.NullMarked;

/**
 * More than the database can do. {@link dev.sluice.benchmarks.overload.Overload} asks for more than the capacity for a
 * minute and counts what still comes in time, how soon the others are refused, and when all is as before.
 */
@NullMarked
package dev.sluice.benchmarks.overload;

import org.jspecify.annotations.NullMarked;

/**
 * Calls that nobody waits for any more. {@link dev.sluice.benchmarks.storm.CancelStorm} cancels calls of every kind at
 * random moments, then asks Sluice, the server and Netty what is left of them.
 */
@NullMarked
package dev.sluice.benchmarks.storm;

import org.jspecify.annotations.NullMarked;

/** What benchmarks need of the inside of the routing. */
@NullMarked
package dev.sluice.replica;

import org.jspecify.annotations.NullMarked;

/** Networks that fail as real ones do, on loopback. */
@NullMarked
package dev.sluice.testkit.network;

import org.jspecify.annotations.NullMarked;

/**
 * Clusters of local processes, from PostgreSQL binaries on the class path. {@code EmbeddedClusterProvider} is
 * the entry point, found by {@code ServiceLoader}. A keeper process ({@code keeper.sh}) outlives the JVM just
 * long enough to stop what the JVM started, however it ended.
 */
@NullMarked
package dev.sluice.testkit.cluster.embedded;

import org.jspecify.annotations.NullMarked;

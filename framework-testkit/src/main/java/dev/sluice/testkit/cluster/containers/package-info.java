/**
 * Clusters of containers, by Testcontainers. {@code ContainersClusterProvider} is the entry point, found by
 * {@code ServiceLoader}; it needs an engine that answers, and images as the official ones of PostgreSQL and
 * Redis behave. What a crash of the JVM leaves behind is removed by Testcontainers' own Ryuk, where that is
 * not disabled.
 */
@NullMarked
package dev.sluice.testkit.cluster.containers;

import org.jspecify.annotations.NullMarked;

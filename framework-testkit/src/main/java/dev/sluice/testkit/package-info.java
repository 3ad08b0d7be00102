/**
 * Real PostgreSQL clusters for tests, and what tests of reactive multi-tenant code need around them. Start at
 * {@link dev.sluice.testkit.junit.SluiceTest} for a test class with a database of its own, or at
 * {@link dev.sluice.testkit.cluster.SluiceCluster} for a whole cluster. {@link dev.sluice.testkit.Await}
 * replaces sleeps.
 */
@NullMarked
package dev.sluice.testkit;

import org.jspecify.annotations.NullMarked;

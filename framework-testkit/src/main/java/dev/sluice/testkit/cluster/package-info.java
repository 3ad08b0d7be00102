/**
 * A cluster as tests see it: {@link dev.sluice.testkit.cluster.SluiceCluster} with its nodes and databases,
 * and the four roles every database knows. Where the processes come from is a {@link
 * dev.sluice.testkit.cluster.ClusterProvider}'s business. Everything here blocks and belongs on a test's
 * thread.
 */
@NullMarked
package dev.sluice.testkit.cluster;

import org.jspecify.annotations.NullMarked;

/**
 * Many nodes as one: reads are spread over the replicas, writes follow the primary. Found by
 * {@link dev.sluice.r2dbc.cluster.ClusterProvider}; nothing here is called by users.
 */
@NullMarked
package dev.sluice.replica;

import org.jspecify.annotations.NullMarked;

/**
 * The nodes of a database: {@link dev.sluice.r2dbc.cluster.Cluster} is what calls are spread over. One node is all that this
 * module knows; who knows more provides a {@link dev.sluice.r2dbc.cluster.ClusterProvider}.
 */
@NullMarked
package dev.sluice.r2dbc.cluster;

import org.jspecify.annotations.NullMarked;

package dev.sluice.testkit.cluster;

import java.util.List;

/**
 * A cluster that this user shares with others. Closing it only leaves it: the lease stays with the JVM, whose
 * next test class comes soon.
 *
 * @param cluster what is shared
 */
public record JoinedCluster(SluiceCluster cluster) implements SluiceCluster {

    @Override
    public ClusterNode primary() {
        return cluster.primary();
    }

    @Override
    public List<ClusterNode> standbys() {
        return cluster.standbys();
    }

    @Override
    public RedisNode redis() {
        return cluster.redis();
    }

    @Override
    public void close() {}
}

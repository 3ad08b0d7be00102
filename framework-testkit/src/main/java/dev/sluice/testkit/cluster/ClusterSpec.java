package dev.sluice.testkit.cluster;

/**
 * What to start.
 *
 * @param standbys streaming standbys beside the primary, 0 to 8
 * @param maxConnections the servers' {@code max_connections}, at least 20
 */
public record ClusterSpec(int standbys, int maxConnections) {

    public ClusterSpec {
        if (standbys < 0 || standbys > 8) {
            throw new IllegalArgumentException("standbys: " + standbys + " (expected: 0 to 8)");
        }
        if (maxConnections < 20) {
            throw new IllegalArgumentException("max connections: " + maxConnections + " (expected: >= 20)");
        }
    }

    /** A primary alone, with 200 connections. */
    public static ClusterSpec single() {
        return new ClusterSpec(0, 200);
    }

    /** A primary with {@code standbys} streaming standbys, each with 200 connections. */
    public static ClusterSpec withStandbys(int standbys) {
        return new ClusterSpec(standbys, 200);
    }
}

package dev.sluice.testkit.cluster;

import java.util.Map;

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

    /** What test processes share: a primary alone, with 400 connections. */
    public static ClusterSpec shared() {
        return new ClusterSpec(0, 400);
    }

    /** A primary with {@code standbys} streaming standbys, each with 200 connections. */
    public static ClusterSpec withStandbys(int standbys) {
        return new ClusterSpec(standbys, 200);
    }

    /**
     * The servers' settings, for PostgreSQL 15 and later: careless where tests gain by it, else as in
     * production.
     */
    public Map<String, String> settings() {
        return Map.ofEntries(
                Map.entry("max_connections", Integer.toString(maxConnections)),
                Map.entry("shared_buffers", "64MB"),
                Map.entry("fsync", "off"),
                Map.entry("full_page_writes", "off"),
                Map.entry("wal_level", "replica"),
                Map.entry("max_wal_senders", "10"),
                Map.entry("wal_keep_size", "256MB"),
                Map.entry("wal_retrieve_retry_interval", "100ms"),
                Map.entry("hot_standby", "on"),
                Map.entry("timezone", "UTC"),
                Map.entry("log_timezone", "UTC"),
                Map.entry("dynamic_shared_memory_type", "mmap"),
                Map.entry("client_connection_check_interval", "1s"));
    }
}

package dev.sluice.spring.alert;

import java.util.Locale;

/** Every alert of Sluice: what it looks at, and from which value on it warns and is critical. The one place for both. */
public enum SluiceAlert {
    /** How much of the connections of a node is in use. */
    ACTIVE_CONNECTIONS(
            "share of a node's connections in use",
            Unit.SHARE,
            0.80,
            0.95,
            "sluice_connections_in_use / sluice_connections_limit"),

    /** How long calls wait for a connection. */
    QUEUE_WAIT(
            "wait for a connection, 99 % of calls within a minute",
            Unit.SECONDS,
            1,
            5,
            "histogram_quantile(0.99, sum by (node, le) (rate(sluice_admission_wait_seconds_bucket[1m])))"),

    /** How long statements run. */
    QUERY_TIME(
            "run time of statements, 99 % of them within a minute",
            Unit.SECONDS, 1, 5, "histogram_quantile(0.99, sum by (node, le) (rate(sluice_query_seconds_bucket[1m])))"),

    /** How long a start waited for the migration lock. Its lines are {@code sluice.migrations.lock-warning} and {@code -critical}. */
    MIGRATION_LOCK_WAIT(
            "longest wait of a start for the migration lock",
            Unit.SECONDS,
            30,
            60,
            "max(sluice_migration_lock_wait_seconds_max)"),

    /** How many calls got no connection in time. */
    ACQUIRE_TIMEOUTS(
            "share of calls that got no connection in time, within a minute",
            Unit.SHARE,
            0.01,
            0.05,
            "sum by (node) (rate(sluice_admission_rejected_total{reason=\"deadline\",dry_run=\"false\"}[1m])"
                    + " or rate(sluice_connections_errors_total{reason=\"timeout\"}[1m]))"
                    + " / sum by (node) (rate(sluice_admission_wait_seconds_count[1m]))"),

    /** How far a replica is behind. Its lines are {@code sluice.replicas.routing.max-lag} and twice that. */
    REPLICA_LAG("time that a replica is behind the primary", Unit.SECONDS, 5, 10, "sluice_replica_lag_seconds"),

    /** How long a transaction idles. */
    IDLE_IN_TRANSACTION(
            "longest time that a transaction idles",
            Unit.SECONDS,
            1,
            5,
            "max({__name__=~\"sluice_database_idle_longest_seconds|sluice_transaction_idle_seconds_max\"})"),

    /** How many connections of Sluice's roles Sluice did not open. */
    UNMANAGED_CONNECTIONS(
            "connections of our roles that Sluice did not open", Unit.COUNT, 1, 5, "max(sluice_connections_unmanaged)");

    private final String meaning;
    private final Unit unit;
    private final double warning;
    private final double critical;
    private final String query;

    SluiceAlert(String meaning, Unit unit, double warning, double critical, String query) {
        this.meaning = meaning;
        this.unit = unit;
        this.warning = warning;
        this.critical = critical;
        this.query = query;
    }

    /** @return its name, as {@code queue-wait} */
    public String alertName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @return what it looks at, in a few words */
    public String meaning() {
        return meaning;
    }

    /** @return what its values count */
    public Unit unit() {
        return unit;
    }

    /** @return its lines, unless properties say others */
    public AlertLines lines() {
        return new AlertLines(warning, critical);
    }

    /** @return the same value in Prometheus' language */
    public String query() {
        return query;
    }

    /** What values of an alert count. */
    public enum Unit {
        /** A part of 1. */
        SHARE,
        /** Seconds. */
        SECONDS,
        /** Things. */
        COUNT;

        String text(double value) {
            return switch (this) {
                case SHARE -> String.format(Locale.ROOT, "%.1f %%", value * 100);
                case SECONDS -> String.format(Locale.ROOT, "%.2f s", value);
                case COUNT -> String.format(Locale.ROOT, "%.0f", value);
            };
        }
    }
}

package dev.sluice.testkit.cluster;

import dev.sluice.Credentials;
import dev.sluice.testkit.Await;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * One PostgreSQL server of a cluster, and what a test may do to it. Each method blocks until the effect is
 * there, at most {@link #PATIENCE}. Safe for use by several threads, as far as their wishes agree.
 */
public final class ClusterNode {

    /** How long a node may take for anything asked of it: 30 s. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String name;
    private final String host;
    private final int port;
    private final Logins logins;
    private final NodeProcess process;

    /** For providers. */
    public ClusterNode(String name, String host, int port, Logins logins, NodeProcess process) {
        this.name = name;
        this.host = host;
        this.port = port;
        this.logins = logins;
        this.process = process;
    }

    /**
     * The node's name within its cluster: {@code primary}, {@code standby1}, … It keeps it when it is
     * promoted.
     */
    public String name() {
        return name;
    }

    /** Where it listens. */
    public String host() {
        return host;
    }

    /** Where it listens; the same after a restart. */
    public int port() {
        return port;
    }

    /** The logins of the cluster, the same on each of its nodes. */
    public Logins logins() {
        return logins;
    }

    /** A handle on a database as this node has it; the database need not exist. */
    public TestDatabase database(String database) {
        return new TestDatabase(this, database);
    }

    /** Opens a JDBC connection; the caller closes it. */
    public Connection connect(Role role, String database) throws SQLException {
        Credentials login = logins.of(role);
        return DriverManager.getConnection(database(database).jdbcUrl(), login.username(), login.password());
    }

    /** For providers, once for each cluster: makes the four roles on its new primary. */
    public void createRoles() {
        superuser(String.join("; ", RoleSql.forCluster(logins)));
    }

    /** What a standby named {@code standby} needs to stream from this node, as libpq reads it. */
    public String connectionString(String standby) {
        return connectionString(standby, host, port);
    }

    /** The same, for a standby that sees this node at another address, as one in its own container does. */
    public String connectionString(String standby, String host, int port) {
        Credentials login = logins.of(Role.SUPERUSER);
        return "host=" + host + " port=" + port + " user=" + login.username() + " password=" + login.password()
                + " application_name=" + standby;
    }

    /** Makes the node read its configuration files again, as far as settings can change without a restart. */
    public void reloadSettings() {
        superuser("SELECT pg_reload_conf()");
    }

    /** Lets a standby stream from another node, for example from the one that was promoted. */
    public void follow(ClusterNode primary) {
        superuser("ALTER SYSTEM SET primary_conninfo = '" + primary.connectionString(name) + "'");
        reloadSettings();
    }

    /**
     * Makes a primary a standby of another node from its next start on. For a switch-over: this, then {@link #stop()}, then
     * {@link #promote()} the other one, then {@link #start()}.
     */
    public void becomeStandbyOf(ClusterNode primary) {
        follow(primary);
        superuser("DO $$ BEGIN EXECUTE format('COPY (SELECT) TO %L', current_setting('data_directory') ||"
                + " '/standby.signal'); END $$");
    }

    /** Whether the node answers, as primary or standby. */
    public boolean answers() {
        try {
            superuser("SELECT 1");
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** Whether the node is a standby now. */
    public boolean isInRecovery() {
        return "t".equals(superuser("SELECT pg_is_in_recovery()"));
    }

    /**
     * The position up to which WAL is flushed (on a primary) or replayed (on a standby), for example
     * {@code 0/16B3748}.
     */
    public String walPosition() {
        return superuser("SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
                + " ELSE pg_current_wal_flush_lsn() END");
    }

    /** Waits until this node has replayed at least what {@code primary} has written by now. */
    public void awaitReplayOf(ClusterNode primary) {
        String position = primary.walPosition();
        Await.until(
                PATIENCE,
                () -> "t".equals(superuser("SELECT pg_last_wal_replay_lsn() >= '" + position + "'::pg_lsn")),
                name + " replays up to " + position);
    }

    /** Stops the replay of a standby, which goes on receiving. */
    public void pauseReplay() {
        superuser("SELECT pg_wal_replay_pause()");
        Await.until(
                PATIENCE,
                () -> "paused".equals(superuser("SELECT pg_get_wal_replay_pause_state()")),
                name + " pauses its replay");
    }

    /** Lets a paused standby replay again. */
    public void resumeReplay() {
        superuser("SELECT pg_wal_replay_resume()");
    }

    /** Makes a standby replay each commit that much later than it happened; zero ends that. */
    public void delayReplay(Duration delay) {
        superuser("ALTER SYSTEM SET recovery_min_apply_delay = '" + delay.toMillis() + "ms'");
        reloadSettings();
        Await.until(
                PATIENCE,
                () -> superuser("SELECT setting FROM pg_settings WHERE name = 'recovery_min_apply_delay'")
                        .equals(Long.toString(delay.toMillis())),
                name + " delays its replay by " + delay);
    }

    /**
     * Makes a standby a primary of the next timeline. What was the primary is not touched: stop it, or have
     * two.
     */
    public void promote() {
        superuser("SELECT pg_promote(true, " + PATIENCE.toSeconds() + ")");
        Await.until(PATIENCE, () -> !isInRecovery(), name + " is promoted");
    }

    /** Starts a stopped or killed node and waits until it answers. */
    public void start() {
        process.start();
        Await.until(PATIENCE, this::answers, name + " answers");
    }

    /** Stops the node in order: sessions are cut with 57P01, nothing is lost. */
    public void stop() {
        process.stop();
    }

    /** Ends the node as a crash would: connections are reset, recovery follows at the next start. */
    public void kill() {
        process.kill();
    }

    /** Suspends the node: its connections stay open and nothing answers, until {@link #thaw()}. */
    public void freeze() {
        process.freeze();
    }

    /** Lets a frozen node go on. */
    public void thaw() {
        process.thaw();
    }

    /** {@link #stop()}, then {@link #start()}. */
    public void restart() {
        stop();
        start();
    }

    private String superuser(String sql) {
        try (Connection connection = connect(Role.SUPERUSER, "postgres");
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? String.valueOf(rows.getString(1)) : "";
            }
        } catch (SQLException e) {
            throw new IllegalStateException("node '" + name + "' on port " + port + " refused: " + sql, e);
        }
    }

    @Override
    public String toString() {
        return name + " (" + host + ":" + port + ")";
    }
}

package dev.sluice.spring.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Opens the sessions that migrate. Their statements wait for locks of tables no longer than the lock timeout, since
 * whoever comes after them waits as long; the server ends them when they are idle in a transaction, and when their client
 * is gone. While this instance leads, each is marked as a leader's, so that the next one can end it.
 */
final class WorkSessions extends DelegatingDataSource {

    private static final Logger log = LoggerFactory.getLogger(WorkSessions.class);

    private final DataSource database;
    private final LockKey key;
    private final Duration lockTimeout;
    private final String application;
    private final LockTimes times;
    private final Collection<Connection> open = new ConcurrentLinkedQueue<>();
    private volatile @Nullable LockHeartbeat leading;

    WorkSessions(DataSource database, LockKey key, LockTimes times, Duration lockTimeout, String application) {
        super(database);
        this.database = database;
        this.key = key;
        this.lockTimeout = lockTimeout;
        this.times = times;
        this.application = application;
    }

    /** Opens a session that asks for the lock; the caller closes it. */
    MigrationLock openLock() throws SQLException {
        return MigrationLock.open(database, key, times, application);
    }

    /** From now on sessions are a leader's, until {@link #stop()}. */
    void lead(LockHeartbeat heartbeat) {
        leading = heartbeat;
    }

    void stop() {
        leading = null;
        open.clear();
    }

    /** Breaks the sessions that are open, whatever they do. Safe from any thread. */
    void cut() {
        open.forEach(connection -> {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                log.warn("a session of the migrations could not be cut: {}", e.getMessage());
            }
        });
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        try {
            settings().apply(connection);
            try (Statement statement = connection.createStatement()) {
                // Not on every system that PostgreSQL runs on.
                statement.execute("do $$ begin perform set_config('client_connection_check_interval', '1s', false);"
                        + " exception when invalid_parameter_value then null; end $$");
            }
            LockHeartbeat leader = leading;
            if (leader != null) {
                join(connection, leader);
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    // The session that holds Flyway's own lock is idle while a migration runs, however long: no idle limit there.
    private SessionSettings settings() {
        return new SessionSettings()
                .with("application_name", application)
                .with("lock_timeout", lockTimeout)
                .with("idle_in_transaction_session_timeout", times.idle())
                .with("idle_session_timeout", Duration.ZERO);
    }

    private void join(Connection connection, LockHeartbeat leader) throws SQLException {
        open.add(connection);
        leader.beat();
        try (Statement statement = connection.createStatement();
                ResultSet joined = statement.executeQuery(
                        "select pg_try_advisory_lock_shared(%d, %d)".formatted(LockKey.WORK, key.history()))) {
            if (leader.lost() || !joined.next() || !joined.getBoolean(1)) {
                throw new SQLException("the migration lock was lost before the session could begin", "08006");
            }
        }
    }
}

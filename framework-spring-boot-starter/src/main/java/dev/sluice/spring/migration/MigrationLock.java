package dev.sluice.spring.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * A session that wants, or has, the right to migrate: a session advisory lock, which the server releases when the session
 * ends, however that happens. It is only ever tried, each time in a statement of its own: who waits for it in the
 * server keeps a snapshot, on which the holder's {@code CREATE INDEX CONCURRENTLY} waits in turn. May be used by the
 * thread that migrates and by the heartbeat's at once: the driver lets one go after the other.
 */
final class MigrationLock implements AutoCloseable {

    private static final String HOLDER = """
            select l.pid, coalesce(a.application_name, ''), coalesce(host(a.client_addr), 'local'), s.since,
                   extract(epoch from clock_timestamp() - s.since)::bigint,
                   coalesce((
                     select string_agg(format('pid %%s (%%s%%s)', w.pid, coalesce(b.state, 'state not visible'),
                              case when cardinality(pg_blocking_pids(w.pid)) = 0 then ''
                                   else ', blocked by ' || array_to_string(pg_blocking_pids(w.pid), ', ') end), ', ')
                     from pg_locks w left join pg_stat_activity b on b.pid = w.pid
                     where w.locktype = 'advisory' and w.database = l.database and w.classid = %d and w.objid = l.objid
                       and w.mode = 'ShareLock' and w.granted), '')
            from pg_locks l
            left join pg_stat_activity a on a.pid = l.pid
            cross join lateral (
              select coalesce(to_timestamp(max(t.objid::bigint)), a.backend_start, clock_timestamp()) as since
              from pg_locks t where t.locktype = 'advisory' and t.pid = l.pid and t.classid = %d) s
            where l.locktype = 'advisory' and l.granted and l.mode = 'ExclusiveLock'
              and l.database = (select oid from pg_database where datname = current_database())
              and l.classid = %d and l.objid = %s::bigint::oid and l.objsubid = 2
            """;

    private final Connection connection;
    private final LockKey key;
    private final int pid;

    private MigrationLock(Connection connection, LockKey key) throws SQLException {
        this.connection = connection;
        this.key = key;
        this.pid = connection.unwrap(PGConnection.class).getBackendPID();
    }

    /** Opens the session; the caller closes it. */
    static MigrationLock open(DataSource database, LockKey key, LockTimes times, String application)
            throws SQLException {
        Connection connection = database.getConnection();
        try {
            connection.setAutoCommit(true);
            connection.setNetworkTimeout(
                    Runnable::run, Math.toIntExact(times.answer().toMillis()));
            new SessionSettings()
                    .with("application_name", application)
                    .with("idle_session_timeout", times.idle())
                    .apply(connection);
            MigrationLock lock = new MigrationLock(connection, key);
            lock.execute("listen " + key.channel());
            return lock;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    int pid() {
        return pid;
    }

    /** Takes the lock if it is free. Never waits. */
    boolean tryAcquire() throws SQLException {
        if (!tryLock(LockKey.LEADER)) {
            return false;
        }
        execute("select pg_advisory_lock_shared(%d, extract(epoch from clock_timestamp())::bigint::int)"
                .formatted(LockKey.SINCE));
        return true;
    }

    /** Who has the lock now. */
    Optional<LockHolder> holder() throws SQLException {
        String sql =
                HOLDER.formatted(LockKey.WORK, LockKey.SINCE, LockKey.LEADER, Integer.toUnsignedString(key.history()));
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                return Optional.empty();
            }
            return Optional.of(new LockHolder(
                    row.getInt(1),
                    row.getString(2),
                    row.getString(3),
                    row.getTimestamp(4).toInstant(),
                    Duration.ofSeconds(row.getLong(5)),
                    row.getString(6)));
        }
    }

    /** Asks the server for a sign of life, and gives it one. */
    void beat() throws SQLException {
        execute("select 1");
    }

    /** Whether no session does the work of a leader. Asked by the leader before it begins. */
    boolean isWorkFree() throws SQLException {
        if (!tryLock(LockKey.WORK)) {
            return false;
        }
        execute("select pg_advisory_unlock(%d, %d)".formatted(LockKey.WORK, key.history()));
        return true;
    }

    /**
     * Ends the sessions that do the work of a leader which is none any more: it died, or was frozen until the server
     * ended its lock session. What such a session has not committed is rolled back, and who wakes up later finds no
     * session to go on with.
     *
     * @return the sessions that were told to end
     */
    List<String> endFormerWork() throws SQLException {
        String sql = """
                select a.pid, a.application_name, pg_terminate_backend(a.pid)
                from pg_locks l join pg_stat_activity a on a.pid = l.pid
                where l.locktype = 'advisory' and l.classid = %d and l.objid = %s::bigint::oid and l.granted
                  and l.database = (select oid from pg_database where datname = current_database())
                """.formatted(LockKey.WORK, Integer.toUnsignedString(key.history()));
        List<String> ended = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                ended.add("pid %d (%s)".formatted(rows.getInt(1), rows.getString(2)));
            }
        }
        return ended;
    }

    /** Lets those who wait know a failure that would be theirs too. */
    void tell(FailureNotice notice) throws SQLException {
        try (PreparedStatement notify = connection.prepareStatement("select pg_notify(?, ?)")) {
            notify.setString(1, key.channel());
            notify.setString(2, notice.text());
            notify.execute();
        }
    }

    /** What leaders have told since the last call, as of the last statement of this session. */
    List<FailureNotice> notices() throws SQLException {
        List<FailureNotice> notices = new ArrayList<>();
        for (PGNotification notification : connection.unwrap(PGConnection.class).getNotifications()) {
            FailureNotice.parse(notification.getParameter()).ifPresent(notices::add);
        }
        return notices;
    }

    /** For questions of the same session; autocommit. */
    Connection connection() {
        return connection;
    }

    private boolean tryLock(int classId) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select pg_try_advisory_lock(%d, %d)".formatted(classId, key.history()))) {
            return row.next() && row.getBoolean(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Ends the session, and with it the lock. */
    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

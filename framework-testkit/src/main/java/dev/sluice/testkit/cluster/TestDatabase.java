package dev.sluice.testkit.cluster;

import dev.sluice.AcrossTenantsSettings;
import dev.sluice.Credentials;
import dev.sluice.PoolSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.TransactionSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A database on a node, with the logins that reach it and blocking helpers over JDBC, for arranging and
 * checking in tests. Each helper opens a connection of its own and closes it.
 */
public record TestDatabase(ClusterNode node, String name) {

    /** Where the node listens. */
    public String host() {
        return node.host();
    }

    /** Where the node listens. */
    public int port() {
        return node.port();
    }

    /** {@code r2dbc:postgresql://host:port/name}, without login. */
    public String url() {
        return "r2dbc:postgresql://" + host() + ":" + port() + "/" + name;
    }

    /**
     * {@code jdbc:postgresql://host:port/name}, without login, and bounded in how long it waits for an
     * answer.
     */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + host() + ":" + port() + "/" + name + "?connectTimeout=5&socketTimeout=60";
    }

    /** The login of {@code role} here. */
    public Credentials credentials(Role role) {
        return node.logins().of(role);
    }

    /**
     * Settings for a Sluice on this database, with all its logins, a pool of 8, and external I/O inside
     * transactions an error; to be changed as a test needs.
     */
    public SluiceSettings.Builder settings() {
        return SluiceSettings.builder(url(), credentials(Role.APP))
                .pool(PoolSettings.ofMax(8))
                .transactions(TransactionSettings.STRICT)
                .acrossTenants(new AcrossTenantsSettings(credentials(Role.ACROSS), 2))
                .monitor(credentials(Role.MONITOR));
    }

    /** The same database as another node of the cluster has it. */
    public TestDatabase on(ClusterNode other) {
        return other.database(name);
    }

    /** Opens a JDBC connection; the caller closes it. */
    public Connection connect(Role role) throws SQLException {
        return node.connect(role, name);
    }

    /**
     * Runs one or more statements as {@code role}, in one implicit transaction each call.
     *
     * @return the rows changed by the first statement, 0 when it counts none
     */
    public int execute(Role role, String sql) {
        try (Connection connection = connect(role);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return Math.max(0, statement.getUpdateCount());
        } catch (SQLException e) {
            throw refused(role, e);
        }
    }

    /**
     * The rows of a query run as {@code role}; each row the values that JDBC makes of its columns, in order.
     */
    public List<List<@Nullable Object>> rows(Role role, String sql) {
        try (Connection connection = connect(role);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<@Nullable Object>> rows = new ArrayList<>();
            while (result.next()) {
                @Nullable
                Object[] row = new @Nullable Object[result.getMetaData().getColumnCount()];
                for (int i = 0; i < row.length; i++) {
                    row[i] = result.getObject(i + 1);
                }
                rows.add(Arrays.asList(row));
            }
            return rows;
        } catch (SQLException e) {
            throw refused(role, e);
        }
    }

    /** The first column of the only row of a query, for example a count. */
    public <T> T value(Role role, Class<T> type, String sql) {
        List<List<@Nullable Object>> rows = rows(role, sql);
        if (rows.size() != 1 || rows.get(0).get(0) == null) {
            throw new IllegalStateException("expected one row with a value, got " + rows.size() + " rows: " + sql);
        }
        return type.cast(rows.get(0).get(0));
    }

    /**
     * How many sessions of {@code role} in this database are in {@code state}, such as {@code active}; those that are only being set
     * up by Sluice or the driver (which asks for settings, the transaction's isolation and the types it knows) are not active.
     */
    public long sessions(Role role, String state) {
        return value(
                Role.SUPERUSER,
                Long.class,
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                        + " AND usename = '" + role.username() + "' AND state = '" + state + "'"
                        // What sets up a new connection is active for a moment, too, and no caller's work.
                        + " AND (state <> 'active' OR query NOT LIKE 'select set_config(%'"
                        + " AND query NOT LIKE 'SHOW TRANSACTION%' AND query NOT LIKE '%pg_catalog.pg_type%')");
    }

    /** Cuts every session of {@code role} in this database (57P01), and says how many there were. */
    public long terminateSessions(Role role) {
        return value(
                Role.SUPERUSER,
                Long.class,
                "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                        + " AND usename = '" + role.username() + "'");
    }

    private IllegalStateException refused(Role role, SQLException e) {
        return new IllegalStateException(
                "database '" + name + "' on " + node + ", as " + role.username() + ": " + e.getMessage() + " (SQLSTATE "
                        + e.getSQLState() + ")",
                e);
    }
}

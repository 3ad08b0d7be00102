package dev.sluice.r2dbc.sql;

import dev.sluice.r2dbc.sql.StatementPlan.Slot;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Runs statements on a database as its superuser, whom no policy holds, and tells what they answered and left
 * behind. Everything is rolled back.
 */
final class Oracle implements AutoCloseable {

    static final String TENANT = "acme";

    private static final List<String> TABLES = List.of("scenarios", "forecasts", "\"Odd Names\"", "events");

    /** What the parameters of all statements take, as SQL. */
    private static final Map<String, String> ARGUMENTS =
            Map.of("id", "'3'", "n", "'4'", "name", "'s2'", "unit", "'kg'", "ids", "'{1,3,5,7}'", "f", "'31'");

    private final Connection connection;

    Oracle(TestDatabase database) throws SQLException {
        connection = database.connect(Role.SUPERUSER);
        connection.setAutoCommit(false);
    }

    /**
     * What a statement did.
     *
     * @param rows what it answered, or how many rows it changed; or the SQLSTATE and message of its error
     * @param left what the tenant's rows, and the shared ones, were afterwards
     * @param foreignChanged whether a row of another tenant was touched
     */
    record Outcome(List<String> rows, List<String> left, boolean foreignChanged) {

        Outcome sorted() {
            List<String> sorted = new ArrayList<>(rows);
            Collections.sort(sorted);
            return new Outcome(sorted, left, foreignChanged);
        }

        boolean failed() {
            return !rows.isEmpty() && rows.get(0).startsWith("error ");
        }
    }

    Outcome run(StatementPlan plan) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("alter sequence forecasts_id_seq restart");
            String foreign = foreign(statement);
            List<String> rows;
            try {
                statement.execute("prepare oracle as " + plan.sql());
                statement.execute("execute oracle" + arguments(plan));
                rows = rows(statement);
            } catch (SQLException e) {
                return new Outcome(List.of("error " + e.getSQLState() + " " + e.getMessage()), List.of(), false);
            }
            return new Outcome(rows, left(statement), !foreign.equals(foreign(statement)));
        } finally {
            connection.rollback();
            try (Statement statement = connection.createStatement()) {
                statement.execute("deallocate all");
            }
            connection.commit();
        }
    }

    private static String arguments(StatementPlan plan) {
        List<String> values = new ArrayList<>();
        for (Slot slot : plan.binding().slots()) {
            values.add(
                    slot instanceof Slot.Argument argument
                            ? Objects.requireNonNull(ARGUMENTS.get(argument.name()), argument.name())
                            : "'" + TENANT + "'");
        }
        return values.isEmpty() ? "" : values.stream().collect(Collectors.joining(", ", "(", ")"));
    }

    private static List<String> rows(Statement statement) throws SQLException {
        ResultSet result = statement.getResultSet();
        return result == null ? List.of("changed " + statement.getUpdateCount()) : all(result);
    }

    private static List<String> all(ResultSet result) throws SQLException {
        List<String> rows = new ArrayList<>();
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
            StringBuilder row = new StringBuilder();
            for (int i = 1; i <= columns; i++) {
                row.append(result.getMetaData().getColumnLabel(i))
                        .append('=')
                        .append(result.getString(i))
                        .append("; ");
            }
            rows.add(row.toString());
        }
        return rows;
    }

    private static List<String> left(Statement statement) throws SQLException {
        List<String> left = new ArrayList<>();
        for (String table : TABLES) {
            left.addAll(all(statement.executeQuery("select t::text as %s from %s t where tenant_id = '%s' order by 1"
                    .formatted(table, table, TENANT))));
        }
        left.addAll(all(statement.executeQuery("select t::text as units from units t order by 1")));
        return left;
    }

    private static String foreign(Statement statement) throws SQLException {
        StringBuilder foreign = new StringBuilder();
        for (String table : TABLES) {
            foreign.append(all(statement.executeQuery(
                    "select md5(string_agg(t::text, '|' order by t::text)) from %s t where tenant_id is distinct from '%s'"
                            .formatted(table, TENANT))));
        }
        return foreign.toString();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

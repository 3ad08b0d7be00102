package dev.sluice.testkit.cluster;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/**
 * Makes databases by cloning a template that was migrated once. A template is built under an advisory lock,
 * by whichever process comes first, and closed to connections before anybody clones it, so a clone never
 * finds it in use.
 */
final class Databases {

    private final ClusterNode primary;

    Databases(ClusterNode primary) {
        this.primary = primary;
    }

    TestDatabase create(Migrations migrations) {
        String template = "template_" + migrations.fingerprint();
        String name = "test_" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        try (Connection connection = primary.connect(Role.SUPERUSER, "postgres")) {
            ensureTemplate(connection, template, migrations);
            clone(connection, template, name);
            return primary.database(name);
        } catch (SQLException e) {
            throw new IllegalStateException("no database could be made on " + primary + ": " + e.getMessage(), e);
        }
    }

    void drop(TestDatabase database) {
        try (Connection connection = primary.connect(Role.SUPERUSER, "postgres")) {
            run(connection, "DROP DATABASE IF EXISTS " + database.name() + " WITH (FORCE)");
        } catch (SQLException e) {
            throw new IllegalStateException("database '" + database.name() + "' could not be dropped", e);
        }
    }

    private void ensureTemplate(Connection connection, String template, Migrations migrations) throws SQLException {
        if (isReady(connection, template)) {
            return;
        }
        String lock = "(hashtextextended('" + template + "', 0))";
        run(connection, "SELECT pg_advisory_lock" + lock);
        try {
            if (!isReady(connection, template)) {
                run(connection, "DROP DATABASE IF EXISTS " + template + " WITH (FORCE)");
                clone(connection, "template1", template);
                migrate(template, migrations);
                run(connection, "ALTER DATABASE " + template + " IS_TEMPLATE true ALLOW_CONNECTIONS false");
            }
        } finally {
            run(connection, "SELECT pg_advisory_unlock" + lock);
        }
    }

    /** A template that a crash left half migrated is not marked as one, and is made anew. */
    private static boolean isReady(Connection connection, String template) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT 1 FROM pg_database WHERE datistemplate AND datname = '" + template + "'")) {
            return found.next();
        }
    }

    private void migrate(String template, Migrations migrations) throws SQLException {
        try (Connection owner = primary.connect(Role.OWNER, template)) {
            owner.setAutoCommit(false);
            for (String sql : RoleSql.inDatabase()) {
                run(owner, sql);
            }
            for (String script : migrations.scripts()) {
                run(owner, script);
            }
            owner.commit();
        }
    }

    private static void clone(Connection connection, String template, String name) throws SQLException {
        run(connection, "CREATE DATABASE " + name + " TEMPLATE " + template + " OWNER " + Role.OWNER.username());
        List<String> grants = RoleSql.forDatabase(name);
        run(connection, String.join("; ", grants));
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

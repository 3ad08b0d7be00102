package dev.sluice.testkit.cluster;

import dev.sluice.Credentials;
import java.util.List;

/**
 * The SQL that makes the four roles and prepares a database for them. A production set-up runs the same
 * statements, with its own names and passwords; row-level policies are not among them, because they belong to
 * the tables.
 */
public final class RoleSql {

    private static final String OWNER = Role.OWNER.username();
    private static final String APP = Role.APP.username();
    private static final String ACROSS = Role.ACROSS.username();
    private static final String MONITOR = Role.MONITOR.username();

    private RoleSql() {}

    /** Run once a cluster, as superuser: the logins. */
    public static List<String> forCluster(Logins logins) {
        return List.of(
                login(logins, Role.OWNER, "BYPASSRLS"),
                login(logins, Role.APP, "NOBYPASSRLS"),
                login(logins, Role.ACROSS, "NOBYPASSRLS"),
                login(logins, Role.MONITOR, "NOBYPASSRLS"),
                "GRANT pg_monitor TO " + MONITOR);
    }

    /** Run once a database, as superuser: who may connect. Not copied with a template. */
    public static List<String> forDatabase(String database) {
        return List.of(
                "REVOKE ALL ON DATABASE " + database + " FROM PUBLIC",
                "GRANT CONNECT ON DATABASE " + database + " TO " + String.join(", ", APP, ACROSS, MONITOR));
    }

    /** Run once in each database, as owner, before the first migration: what tables made later grant. */
    public static List<String> inDatabase() {
        String rowRoles = APP + ", " + ACROSS;
        String defaults = "ALTER DEFAULT PRIVILEGES FOR ROLE " + OWNER + " IN SCHEMA public ";
        return List.of(
                "REVOKE ALL ON SCHEMA public FROM PUBLIC",
                "GRANT USAGE ON SCHEMA public TO " + rowRoles + ", " + MONITOR,
                defaults + "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO " + rowRoles,
                defaults + "GRANT USAGE ON SEQUENCES TO " + rowRoles);
    }

    private static String login(Logins logins, Role role, String rowSecurity) {
        Credentials login = logins.of(role);
        return "CREATE ROLE " + login.username() + " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION "
                + rowSecurity + " PASSWORD '" + login.password() + "'";
    }
}

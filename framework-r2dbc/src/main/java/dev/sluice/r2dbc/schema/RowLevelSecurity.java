package dev.sluice.r2dbc.schema;

import static dev.sluice.r2dbc.schema.Identifiers.quote;
import static dev.sluice.r2dbc.schema.Identifiers.quoteTable;

import dev.sluice.TenantColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the SQL that makes PostgreSQL keep tenants apart: the second lock on every row. Immutable.
 *
 * <p>The SQL belongs into a migration, run by the role that owns the tables. Either print it once and keep it as
 * {@code V2__row_level_security.sql}, or write it when the migration runs:
 *
 * <pre>{@code
 * public final class V2__RowLevelSecurity extends BaseJavaMigration {
 *     @Override
 *     public void migrate(Context context) throws SQLException {
 *         try (Statement statement = context.getConnection().createStatement()) {
 *             statement.execute(RowLevelSecurity.of(TenantColumn.DEFAULT, "app").across("across").script("forecasts", "scenarios"));
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>All of it can be run again. {@code SchemaVerifier} checks at start that it is in force.
 *
 * <p>What it does: {@code FORCE} binds the owner of the table too, unless it has BYPASSRLS. The permissive policy lets
 * the application role see rows at all, and the restrictive one then takes away those of other tenants; another
 * permissive policy cannot widen it. A session without tenant sees nothing: after a local setting has ended PostgreSQL
 * reports it as an empty string, which {@code nullif} makes NULL, and NULL equals no tenant.
 *
 * <p>What it does not do: unique and foreign keys are checked behind the policies. A key without the tenant column tells
 * by its violation that another tenant has such a row, so each key must begin with it.
 */
public final class RowLevelSecurity {

    static final String TENANT_POLICY = "sluice_tenant";
    static final String ROWS_POLICY = "sluice_rows";
    static final String ACROSS_POLICY = "sluice_across";

    private final TenantColumn column;
    private final String app;
    private final @Nullable String across;

    private RowLevelSecurity(TenantColumn column, String app, @Nullable String across) {
        this.column = column;
        this.app = app;
        this.across = across;
    }

    /**
     * Policies for the application role.
     *
     * @param column the column that says whose a row is
     * @param app the role that serves tenants
     * @return the writer
     */
    public static RowLevelSecurity of(TenantColumn column, String app) {
        return new RowLevelSecurity(column, app, null);
    }

    /**
     * Adds a policy that lets the role of {@code sluice.acrossTenants} see every row.
     *
     * @param role the role
     * @return the extended writer
     */
    public RowLevelSecurity across(String role) {
        return new RowLevelSecurity(column, app, role);
    }

    /**
     * What a tenant-owned table needs.
     *
     * @param table its name as the catalog spells it, optionally with schema
     * @return the statements, in order, without semicolons
     */
    public List<String> policies(String table) {
        String name = quoteTable(table);
        List<String> statements = new ArrayList<>();
        statements.add("ALTER TABLE %s ENABLE ROW LEVEL SECURITY".formatted(name));
        statements.add("ALTER TABLE %s FORCE ROW LEVEL SECURITY".formatted(name));
        statements.addAll(policy(ROWS_POLICY, name, "PERMISSIVE", app, "true"));
        statements.addAll(policy(TENANT_POLICY, name, "RESTRICTIVE", app, PolicyCondition.sql(column)));
        if (across != null) {
            statements.addAll(policy(ACROSS_POLICY, name, "PERMISSIVE", across, "true"));
        }
        return statements;
    }

    /**
     * What keeps rows without a tenant out of a table whose tenant column is text; for other types there is nothing to
     * add. No session could read such rows, so they are only a mistake that is better refused when it is made.
     *
     * @param table its name as the catalog spells it, optionally with schema
     * @return the statements, in order, without semicolons
     */
    public List<String> checks(String table) {
        if (column.type() != TenantColumn.Type.TEXT) {
            return List.of();
        }
        String name = quoteTable(table);
        String constraint = quote(column.name() + "_is_set");
        return List.of(
                "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s".formatted(name, constraint),
                "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s <> '')".formatted(name, constraint, quote(column.name())));
    }

    /**
     * What the roles may do with a table: read and change rows, and nothing else. Not to be given on partitions, whose
     * rows are reached through their parent alone.
     *
     * @param table its name as the catalog spells it, optionally with schema
     * @return the statements, in order, without semicolons
     */
    public List<String> grants(String table) {
        String roles = across == null ? quote(app) : quote(app) + ", " + quote(across);
        return List.of("GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %s".formatted(quoteTable(table), roles));
    }

    /**
     * Policies, checks and grants of tables, as one text for a migration.
     *
     * @param tables their names as the catalog spells them, optionally with schema
     * @return the statements, each ended by a semicolon and a line feed
     */
    public String script(String... tables) {
        StringBuilder script = new StringBuilder();
        Arrays.stream(tables).forEach(table -> {
            policies(table).forEach(sql -> script.append(sql).append(";\n"));
            checks(table).forEach(sql -> script.append(sql).append(";\n"));
            grants(table).forEach(sql -> script.append(sql).append(";\n"));
        });
        return script.toString();
    }

    private static List<String> policy(String policy, String table, String kind, String role, String condition) {
        return List.of(
                "DROP POLICY IF EXISTS %s ON %s".formatted(policy, table),
                "CREATE POLICY %s ON %s AS %s FOR ALL TO %s USING (%s) WITH CHECK (%s)"
                        .formatted(policy, table, kind, quote(role), condition, condition));
    }
}

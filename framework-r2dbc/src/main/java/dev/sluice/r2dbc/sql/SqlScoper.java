package dev.sluice.r2dbc.sql;

import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.repository.StatementRefusedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps hand-written SQL within its tenant. Each relation that a statement reads becomes its rows of the
 * tenant; each that it writes gets the tenant in its conditions, in the columns of INSERT and in the target
 * of ON CONFLICT. What is not understood for certain is refused. The text is changed at the places where
 * relations stand, and nowhere else.
 *
 * <p>This stops mistakes. It is no wall against hostile SQL from somebody who may write any text: that is
 * what row-level security is for.
 *
 * <p>Refused although PostgreSQL runs it: TABLESAMPLE, ON CONFLICT ON CONSTRAINT and INSERT without columns
 * on a tenant's table; {@code XMLTABLE}, {@code JSON_TABLE}, {@code XMLELEMENT}, {@code IS JSON},
 * {@code OPERATOR(…)} and {@code U&} escapes; a field of a composite type that shares its name with no
 * column; a sub-query in LIMIT, GROUP BY, OVER, WINDOW, the target of ON CONFLICT, or RETURNING of MERGE.
 * Where a refusal is wrong, row-level security alone may keep the statement:
 * {@code @Query(scope = ROW_LEVEL_SECURITY)}.
 *
 * <p>Different once a relation is filtered, because it is a sub-query then: it has no system columns
 * ({@code ctid}, {@code xmin}), GROUP BY infers no columns from its primary key (preparing the statement
 * tells both), and its whole row is a record, whose fields are named by the aliases of its columns.
 *
 * <p>Thread-safe. Parsing takes up to milliseconds of CPU: not for event loops, see {@link StatementPlans}.
 */
public final class SqlScoper {

    private final Catalog catalog;
    private final Functions functions;

    /**
     * Makes a scoper.
     *
     * @param catalog which relations and functions there are, and whose
     */
    public SqlScoper(Catalog catalog) {
        this.catalog = catalog;
        this.functions = new Functions(catalog);
    }

    /**
     * Scopes a statement whose arguments are given by name.
     *
     * @param name names it in logs, meters and errors
     * @param text one statement, with {@code :named} parameters
     * @return the plan; its arguments are numbered as they first appear
     * @throws StatementRefusedException if the statement cannot be kept within its tenant
     */
    public StatementPlan scope(String name, String text) {
        return plan(name, text, null);
    }

    /**
     * Scopes a statement of a method with arguments.
     *
     * @param name names it in logs, meters and errors
     * @param text one statement, with {@code :named} parameters
     * @param arguments the names of all arguments, in the order in which they are given
     * @return the plan
     * @throws StatementRefusedException if the statement cannot be kept within its tenant, or a parameter is
     *     no argument
     */
    public StatementPlan scope(String name, String text, List<String> arguments) {
        return plan(name, text, arguments);
    }

    /**
     * Compiles a statement without scoping it, for row-level security to keep it within its tenant.
     *
     * @param name names it in logs, meters and errors
     * @param text one statement, with {@code :named} parameters
     * @return the plan, as {@link NamedParameters#unscoped(String, String)} makes it, with what it changes
     */
    public StatementPlan leave(String name, String text) {
        return changing(NamedParameters.unscoped(name, text));
    }

    /**
     * The same, for a method with arguments.
     *
     * @param name names it in logs, meters and errors
     * @param text one statement, with {@code :named} parameters
     * @param arguments the names of all arguments, in the order in which they are given
     * @return the plan
     */
    public StatementPlan leave(String name, String text, List<String> arguments) {
        return changing(NamedParameters.unscoped(name, text, arguments));
    }

    private StatementPlan changing(StatementPlan plan) {
        return plan.changing(catalog.effects().of(plan.writes()));
    }

    private StatementPlan plan(String name, String text, @Nullable List<String> arguments) {
        Statement statement = Statement.of(name, text);
        NamedParameters.Slots slots = new NamedParameters.Slots(name, arguments);
        Rewrite rewrite = new Rewrite(statement, catalog, slots);
        read(statement, rewrite);
        boolean callsVolatile = new FunctionCheck(statement, functions, rewrite).callsVolatile();
        new SecondReading(statement, rewrite).mustFind(rewrite.relations());
        NamedParameters.replace(statement, slots, rewrite.splice());
        return new StatementPlan(
                name,
                rewrite.splice().apply(),
                slots.binding(),
                rewrite.reads(),
                catalog.effects().of(rewrite.writes()),
                !rewrite.locks() && !rewrite.modifies() && !callsVolatile,
                statement.returnsRows());
    }

    private static void read(Statement statement, Rewrite rewrite) {
        Cursor cursor = new Cursor(statement);
        if (!cursor.isMark("(")
                && !cursor.isAny("select", "with", "values", "table", "insert", "update", "delete", "merge")) {
            throw statement.refused("%s is no statement that reads or writes rows; commands are not for tenants"
                    .formatted(cursor.token().value().toUpperCase(java.util.Locale.ROOT)));
        }
        QueryReader queries = new QueryReader(cursor, rewrite);
        CteNames names = queries.with().read(CteNames.NONE);
        if (queries.with().writes().isHere()) {
            queries.with().writes().read(names);
        } else {
            queries.body(names);
        }
        if (!cursor.atEnd()) {
            throw cursor.unexpected("the end of the statement");
        }
    }
}

package dev.sluice.r2dbc.sql;

import dev.sluice.r2dbc.schema.Catalog;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Looks at each call of a function: it must be PostgreSQL's own and harmless, or declared. What a declared function does
 * is not known, and so it is taken for volatile.
 */
final class FunctionCheck {

    /** They run SQL text, read files, reach large objects, or change what outlives the transaction. */
    private static final Pattern HARMFUL = Pattern.compile(
            "pg_.*|lo_.*|loread|lowrite|.*_to_xml.*|set_config|setval|ts_stat|ts_rewrite|dblink.*|binary_upgrade_.*|.*_clean_pending_list|brin_.*");

    private static final Set<String> HARMLESS = Set.of(
            "pg_advisory_xact_lock",
            "pg_advisory_xact_lock_shared",
            "pg_try_advisory_xact_lock",
            "pg_try_advisory_xact_lock_shared",
            "pg_backend_pid",
            "pg_collation_for",
            "pg_column_size",
            "pg_current_xact_id",
            "pg_current_xact_id_if_assigned",
            "pg_input_is_valid",
            "pg_is_in_recovery",
            "pg_size_bytes",
            "pg_size_pretty",
            "pg_sleep",
            "pg_sleep_for",
            "pg_sleep_until",
            "pg_typeof");

    private final Statement statement;
    private final Catalog catalog;
    private final Set<Integer> noCalls;

    FunctionCheck(Statement statement, Catalog catalog, Set<Integer> noCalls) {
        this.statement = statement;
        this.catalog = catalog;
        this.noCalls = noCalls;
    }

    /** Refuses what may not be called, and answers whether anything that is called is volatile. */
    boolean callsVolatile() {
        boolean isVolatile = false;
        for (int i = 0; i < statement.size(); i++) {
            if (!statement.at(i).isIdentifier()) {
                continue;
            }
            if (isCall(i)) {
                isVolatile |= isVolatile(i);
            } else if (statement.isMark(i - 1, ".")) {
                attribute(i);
            }
        }
        return isVolatile;
    }

    private boolean isCall(int index) {
        if (!statement.isMark(index + 1, "(") || noCalls.contains(index)) {
            return false;
        }
        int first = chainStart(index);
        boolean type = statement.isMark(first - 1, "::") || statement.is(first - 1, "as");
        Token before = statement.at(Math.max(0, index - 1));
        return !type && !(first == index && Keywords.isSyntax(before, statement.at(index)));
    }

    private int chainStart(int index) {
        int first = index;
        while (statement.isMark(first - 1, ".")
                && first >= 2
                && statement.at(first - 2).isIdentifier()) {
            first -= 2;
        }
        return first;
    }

    private boolean isVolatile(int index) {
        int first = chainStart(index);
        String written = statement.nameAt(first);
        String name = statement.at(index).value();
        if (catalog.declaredFunctions().contains(written)) {
            return true;
        }
        boolean ofPostgresql = index == first || written.equals("pg_catalog." + name);
        if (!ofPostgresql || !catalog.builtInFunctions().contains(name)) {
            throw refused(
                    index,
                    written,
                    "is not built into PostgreSQL, or a function of yours has its name; declare it if it"
                            + " keeps within the tenant");
        }
        if (isHarmful(name)) {
            throw refused(
                    index,
                    written,
                    "runs SQL text, or reaches what belongs to no tenant or outlives the transaction;"
                            + " declare it if you must");
        }
        return catalog.volatileFunctions().contains(name);
    }

    /** {@code (x).f} may call f(x), for any f. */
    private void attribute(int index) {
        String name = statement.at(index).value();
        boolean column = catalog.relations().values().stream()
                .anyMatch(relation -> relation.column(name).isPresent());
        if (!column && isHarmful(name)) {
            throw refused(
                    index, name, "runs SQL text, or reaches what belongs to no tenant or outlives the transaction");
        }
    }

    private static boolean isHarmful(String name) {
        return HARMFUL.matcher(name).matches() && !HARMLESS.contains(name);
    }

    private RuntimeException refused(int index, String name, String reason) {
        return statement.refused("the function '%s' %s (at character %d)"
                .formatted(name, reason, statement.at(index).start() + 1));
    }
}

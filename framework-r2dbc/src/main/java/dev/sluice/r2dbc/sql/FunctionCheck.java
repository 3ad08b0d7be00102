package dev.sluice.r2dbc.sql;

import java.util.Set;

/**
 * Looks at each call of a function: it must be PostgreSQL's own and harmless, or declared. A declared function
 * may write unless PostgreSQL has been told that it is stable or immutable.
 */
final class FunctionCheck {

    private final Statement statement;
    private final Functions functions;
    private final Set<Integer> noCalls;
    private final Set<Integer> relations;

    FunctionCheck(Statement statement, Functions functions, Rewrite rewrite) {
        this.statement = statement;
        this.functions = functions;
        noCalls = rewrite.noCalls();
        relations = rewrite.relations();
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
        if (functions.isDeclared(written)) {
            return functions.isVolatile(written);
        }
        boolean ofPostgresql = index == first || written.equals("pg_catalog." + name);
        if (!ofPostgresql || !functions.isBuiltIn(name)) {
            throw refused(
                    index,
                    written,
                    "is not built into PostgreSQL, or a function of yours has its name; declare it if it"
                            + " keeps within the tenant");
        }
        if (functions.isHarmful(name)) {
            throw refused(
                    index,
                    written,
                    "runs SQL text, or reaches what belongs to no tenant or outlives the transaction;"
                            + " declare it if you must");
        }
        return functions.isVolatile(name);
    }

    /** {@code (x).f} and {@code t.f} call f(x) if there is no such column. */
    private void attribute(int index) {
        String name = statement.at(index).value();
        int first = chainStart(index);
        boolean noAttribute = relations.contains(first)
                || statement.isMark(first - 1, "::")
                || statement.is(first - 1, "as")
                || statement.is(first - 1, "collate");
        if (noAttribute || functions.isColumn(name) || isNamed(name)) {
            return;
        }
        if (!functions.isBuiltIn(name) || functions.isHarmful(name)) {
            throw refused(
                    index,
                    name,
                    "could be called here, because no column that Sluice knows has that name; give the columns names"
                            + " where they come from, as in t (a, b), or declare it");
        }
    }

    /** Whether the statement itself gives something this name, or says it without a dot before it. */
    private boolean isNamed(String name) {
        for (int i = 0; i < statement.size(); i++) {
            if (statement.at(i).isIdentifier()
                    && statement.at(i).value().equals(name)
                    && !statement.isMark(i - 1, ".")
                    && !isCall(i)) {
                return true;
            }
        }
        return false;
    }

    private RuntimeException refused(int index, String name, String reason) {
        return statement.refused("the function '%s' %s (at character %d)"
                .formatted(name, reason, statement.at(index).start() + 1));
    }
}

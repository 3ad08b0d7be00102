package dev.sluice.r2dbc.sql;

import dev.sluice.repository.StatementRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * A {@link dev.sluice.repository.Where} fragment: a condition and an order, to be put into a whole statement,
 * which is then scoped. Neither can end the clause that it is put into, or swallow what follows.
 *
 * @param condition the condition as it was written; empty if there is none
 * @param orderBy the list behind ORDER BY as it was written; null if there is none
 */
public record WhereFragment(String condition, @Nullable String orderBy) {

    /**
     * Splits a fragment.
     *
     * @param name names the statement in errors
     * @param text a condition, an {@code order by}, or both
     * @return its parts, without what surrounds them, so that no comment reaches into what follows
     * @throws StatementRefusedException if it is empty, or more than that
     */
    public static WhereFragment split(String name, String text) {
        Statement fragment = Statement.of(name, text);
        requireNoOther(fragment);
        int order = fragment.next(0, "order");
        if (order < 0) {
            return new WhereFragment(text(fragment, 0, fragment.size()), null);
        }
        if (!fragment.is(order + 1, "by") || order + 2 >= fragment.size()) {
            throw fragment.refused("ORDER is not followed by BY and a list");
        }
        return new WhereFragment(text(fragment, 0, order), text(fragment, order + 2, fragment.size()));
    }

    /** Every clause of a query begins with a reserved word, which means nothing else outside of brackets. */
    private static void requireNoOther(Statement fragment) {
        Cursor cursor = new Cursor(fragment);
        boolean ordered = false;
        while (!cursor.atEnd()) {
            boolean order = cursor.is("order");
            boolean other = cursor.isAny("select", "with") || QueryReader.clauseIsHere(cursor);
            if (order ? ordered : other) {
                throw cursor.unexpected("a condition and ORDER BY, and nothing else");
            }
            ordered |= order;
            if (cursor.isMark("(") || cursor.isMark("[")) {
                cursor.skipBrackets();
            } else {
                cursor.next();
            }
        }
    }

    private static String text(Statement fragment, int from, int to) {
        return from == to
                ? ""
                : fragment.text()
                        .substring(
                                fragment.at(from).start(), fragment.at(to - 1).end());
    }
}

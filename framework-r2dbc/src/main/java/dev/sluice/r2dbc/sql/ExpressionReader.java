package dev.sluice.r2dbc.sql;

import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads expressions, of which only the sub-queries matter. PostgreSQL reserves the words that begin and end
 * queries, so that everything else may be passed over; a reserved word in an odd place refuses the statement.
 */
final class ExpressionReader {

    private static final Set<String> CLAUSES = Set.of(
            "select", "table", "into", "where", "union", "intersect", "except", "having", "returning", "limit", "join");

    private final Cursor cursor;
    private final Rewrite rewrite;
    private final QueryReader queries;

    ExpressionReader(Cursor cursor, Rewrite rewrite, QueryReader queries) {
        this.cursor = cursor;
        this.rewrite = rewrite;
        this.queries = queries;
    }

    /**
     * Reads to the end of the level, or to where {@code stop} says so.
     *
     * @param names the names of the WITH clauses in force
     * @param stop looks at the cursor, on the level where reading began and outside of CASE
     */
    void read(CteNames names, Predicate<Cursor> stop) {
        read(names, stop, false);
    }

    private void read(CteNames names, Predicate<Cursor> stop, boolean fromIsSyntax) {
        int cases = 0;
        while (!cursor.levelEnds() && !(cases == 0 && stop.test(cursor))) {
            if (cursor.is("case")) {
                cases++;
            } else if (cursor.is("end") && cases > 0) {
                cases--;
            }
            if (cursor.isMark("(") || cursor.isMark("[")) {
                brackets(names);
            } else if (cursor.is("from") && fromIsSyntax) {
                cursor.next();
            } else {
                checkWord();
                cursor.next();
            }
        }
    }

    /** Reads what is in brackets: a query, or more of an expression. */
    private void brackets(CteNames names) {
        int start = cursor.index();
        if (queries.queryIsHere()) {
            queries.inBrackets(names);
            return;
        }
        int close = cursor.closing();
        boolean filter = cursor.ahead(-1).is("filter");
        boolean fromIsSyntax = cursor.ahead(-1).isAny("extract", "substring", "trim", "overlay");
        cursor.next();
        if (filter) {
            cursor.accept("where");
        }
        read(names, c -> false, fromIsSyntax);
        if (cursor.index() != close) {
            throw cursor.unexpected("a closing bracket");
        }
        if (cursor.ahead(start - close - 1).is("over")) {
            rewrite.hide(start + 1, close);
        }
        cursor.next();
    }

    private void checkWord() {
        boolean fine = true;
        if (cursor.is("from")) {
            fine = isDistinctFrom(cursor);
        } else if (cursor.is("using")) {
            fine = cursor.ahead(1).kind() == Token.Kind.OPERATOR;
        } else if (cursor.is("with")) {
            fine = cursor.ahead(1).isAny("time", "ties", "unique", "wrapper");
        } else if (cursor.token().kind() == Token.Kind.WORD) {
            fine = !CLAUSES.contains(cursor.token().value());
        }
        if (!fine) {
            throw cursor.unexpected("an expression");
        }
    }

    /** Whether the FROM here is that of {@code is distinct from}. */
    static boolean isDistinctFrom(Cursor cursor) {
        return cursor.ahead(-1).is("distinct") && cursor.ahead(-2).isAny("is", "not");
    }
}

package dev.sluice.r2dbc.sql;

import java.util.function.Predicate;

/**
 * Reads queries: WITH, SELECT, VALUES, TABLE and set operations, and hands each relation that they read to
 * the {@link Rewrite}. Follows the grammar of PostgreSQL (gram.y) as far as relations and the names of WITH
 * need it.
 */
final class QueryReader {

    private final Cursor cursor;
    private final Rewrite rewrite;
    private final ExpressionReader expressions;
    private final FromReader from;
    private final WithReader with;

    QueryReader(Cursor cursor, Rewrite rewrite) {
        this.cursor = cursor;
        this.rewrite = rewrite;
        this.expressions = new ExpressionReader(cursor, rewrite, this);
        this.from = new FromReader(cursor, rewrite, this);
        this.with = new WithReader(cursor, rewrite, this);
    }

    ExpressionReader expressions() {
        return expressions;
    }

    FromReader from() {
        return from;
    }

    WithReader with() {
        return with;
    }

    /** Whether the bracket here holds a query, and not an expression or a join. */
    boolean queryIsHere() {
        if (!cursor.isMark("(")) {
            return false;
        }
        Token first = cursor.ahead(1);
        if (first.isAny("select", "with", "table")
                || (first.is("values") && cursor.ahead(2).isMark("("))) {
            return true;
        }
        if (!first.isMark("(")) {
            return false;
        }
        int here = cursor.index();
        cursor.next();
        boolean query = queryIsHere();
        cursor.skipBrackets();
        boolean whole = cursor.isMark(")")
                || cursor.isAny("union", "intersect", "except", "order", "limit", "offset", "fetch", "for");
        cursor.moveTo(here);
        return query && whole;
    }

    /** Reads a query in brackets. */
    void inBrackets(CteNames outer) {
        int close = cursor.closing();
        cursor.expectMark("(");
        read(outer);
        if (cursor.index() != close) {
            throw cursor.unexpected("the end of a query");
        }
        cursor.next();
    }

    /** Reads a query, up to the end of the level, or to RETURNING or ON CONFLICT after an INSERT's query. */
    void read(CteNames outer) {
        body(with.read(outer));
    }

    /** Reads a query whose WITH was read. */
    void body(CteNames names) {
        operand(names);
        while (cursor.isAny("union", "intersect", "except")) {
            cursor.next();
            if (!cursor.accept("all")) {
                cursor.accept("distinct");
            }
            operand(names);
        }
        tail(names);
    }

    private void operand(CteNames names) {
        if (cursor.isMark("(")) {
            if (!queryIsHere()) {
                throw cursor.unexpected("a query");
            }
            inBrackets(names);
        } else if (cursor.accept("select")) {
            select(names);
        } else if (cursor.accept("values")) {
            expressions.read(names, QueryReader::clauseIsHere);
        } else if (cursor.is("table")) {
            rewrite.tableCommand(cursor.token());
            cursor.next();
            from.relation(names, false);
        } else {
            throw cursor.unexpected("SELECT, VALUES or TABLE");
        }
    }

    private void select(CteNames names) {
        if (!cursor.accept("all") && cursor.accept("distinct") && cursor.accept("on")) {
            bracketsOfExpressions(names);
        }
        if (cursor.is("from") || clauseIsHere(cursor)) {
            rewrite.emptySelectList(cursor.index());
        }
        expressions.read(names, QueryReader::clauseIsHere);
        if (cursor.is("into")) {
            throw cursor.refused("SELECT INTO makes a table; use INSERT … SELECT into one that exists");
        }
        if (cursor.accept("from")) {
            from.list(names);
        }
        while (cursor.isAny("where", "group", "having", "window")) {
            int start = cursor.index();
            boolean hidden = cursor.next().isAny("group", "window");
            expressions.read(names, QueryReader::clauseIsHere);
            if (hidden) {
                rewrite.hide(start, cursor.index());
            }
        }
    }

    private void bracketsOfExpressions(CteNames names) {
        int close = cursor.closing();
        cursor.expectMark("(");
        expressions.read(names, c -> false);
        cursor.moveTo(close + 1);
    }

    private void tail(CteNames names) {
        while (cursor.isAny("order", "limit", "offset", "fetch", "for")) {
            if (cursor.next().is("for")) {
                lockClause(cursor.index() - 1);
            } else {
                expressions.read(names, QueryReader::clauseIsHere);
            }
        }
    }

    /** Its names are aliases of this query; the rows of a filtered relation are locked through it. */
    private void lockClause(int start) {
        boolean known = cursor.accept("update")
                || cursor.accept("no", "key", "update")
                || cursor.accept("share")
                || cursor.accept("key", "share");
        if (!known) {
            throw cursor.unexpected("UPDATE or SHARE");
        }
        if (cursor.accept("of")) {
            do {
                cursor.expectIdentifier("an alias");
            } while (cursor.acceptMark(","));
        }
        if (!cursor.accept("nowait")) {
            cursor.accept("skip", "locked");
        }
        rewrite.lockClause(start, cursor.index());
    }

    /** Whether a clause of a query begins here, or what follows an INSERT's query. */
    static boolean clauseIsHere(Cursor cursor) {
        if (cursor.is("from")) {
            return !ExpressionReader.isDistinctFrom(cursor);
        }
        if (cursor.is("group")) {
            return !cursor.ahead(-1).is("within");
        }
        return cursor.isAny(
                "into",
                "where",
                "having",
                "window",
                "union",
                "intersect",
                "except",
                "order",
                "limit",
                "offset",
                "fetch",
                "for",
                "returning",
                "on");
    }

    /** @return {@link #clauseIsHere} or what else ends */
    static Predicate<Cursor> clauseOr(Predicate<Cursor> other) {
        return cursor -> clauseIsHere(cursor) || other.test(cursor);
    }
}

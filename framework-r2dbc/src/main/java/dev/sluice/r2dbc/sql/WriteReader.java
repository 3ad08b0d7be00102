package dev.sluice.r2dbc.sql;

import dev.sluice.r2dbc.sql.Rewrite.Target;
import java.util.function.Predicate;

/** Reads INSERT, UPDATE and DELETE, and keeps what they write within the tenant. */
final class WriteReader {

    private final Cursor cursor;
    private final Rewrite rewrite;
    private final QueryReader queries;

    WriteReader(Cursor cursor, Rewrite rewrite, QueryReader queries) {
        this.cursor = cursor;
        this.rewrite = rewrite;
        this.queries = queries;
    }

    boolean isHere() {
        return cursor.isAny("insert", "update", "delete", "merge");
    }

    /** Reads a statement that writes, whose WITH was read, up to the end of the level. */
    void read(CteNames names) {
        if (cursor.accept("insert", "into")) {
            new InsertReader(cursor, rewrite, queries, this).read(names);
        } else if (cursor.accept("update")) {
            update(names);
        } else if (cursor.accept("delete", "from")) {
            delete(names);
        } else if (cursor.accept("merge", "into")) {
            new MergeReader(cursor, rewrite, queries, this).read(names);
        } else {
            throw cursor.unexpected("INSERT INTO, UPDATE, DELETE FROM or MERGE INTO");
        }
    }

    private void update(CteNames names) {
        Target target = target(names, "set");
        cursor.expect("set");
        assignments(target, names, c -> false);
        if (cursor.accept("from")) {
            queries.from().list(names);
        }
        where(target, names);
        returning(names);
    }

    private void delete(CteNames names) {
        Target target = target(names, "using");
        int using = cursor.index();
        boolean joined = cursor.accept("using");
        if (joined) {
            queries.from().list(names);
        }
        where(target, names);
        if (joined) {
            rewrite.deleteUsing(using, cursor.index());
        }
        returning(names);
    }

    /** Reads {@code only t * as alias}; {@code next} is the keyword that is no alias here. */
    Target target(CteNames names, String next) {
        FromReader.RelationName name = queries.from().relationName();
        cursor.accept("as");
        Token alias = null;
        if (!cursor.is(next) && Keywords.mayNameRelation(cursor.token())) {
            alias = cursor.next();
        }
        return rewrite.target(name, alias, names);
    }

    /** Reads {@code a = 1, (b, c) = (select …)}, none of which may be the tenant column. */
    void assignments(Target target, CteNames names, Predicate<Cursor> stop) {
        Predicate<Cursor> end = QueryReader.clauseOr(c -> c.isMark(",") || stop.test(c));
        do {
            if (cursor.isMark("(")) {
                rewrite.assignedRow(cursor.index(), cursor.closing() + 1);
                columns(target);
            } else {
                column(target);
            }
            if (!cursor.next().value().equals("=")) {
                cursor.moveTo(cursor.index() - 1);
                throw cursor.unexpected("'='");
            }
            queries.expressions().read(names, end);
        } while (cursor.acceptMark(","));
    }

    /** Reads a column that is written to, with what of it: {@code a}, {@code a.b}, {@code a[1]}. */
    void column(Target target) {
        Token column = cursor.token();
        if (target.tenantOwned() && column.isIdentifier() && column.value().equals(rewrite.tenantColumn())) {
            throw cursor.refused("it writes %s; Sluice sets it, and moves no row to another tenant"
                    .formatted(rewrite.tenantColumn()));
        }
        cursor.expectIdentifier("a column");
        while (cursor.isMark(".") || cursor.isMark("[")) {
            if (cursor.acceptMark(".")) {
                cursor.expectIdentifier("a field");
            } else {
                cursor.skipBrackets();
            }
        }
    }

    /** Reads WHERE, if there is one, and adds the tenant to it. */
    void where(Target target, CteNames names) {
        if (cursor.accept("where")) {
            if (cursor.is("current") && cursor.ahead(1).is("of")) {
                throw cursor.refused("WHERE CURRENT OF needs a cursor of the session; name the row by its key");
            }
            condition(target, names, QueryReader::clauseIsHere);
        } else if (target.tenantOwned()) {
            rewrite.after(cursor.index() - 1, " where " + target.predicate());
        }
    }

    /** Reads a condition and adds the tenant to it. */
    void condition(Target target, CteNames names, Predicate<Cursor> stop) {
        int first = cursor.index();
        queries.expressions().read(names, stop);
        if (cursor.index() == first) {
            throw cursor.unexpected("a condition");
        }
        if (target.tenantOwned()) {
            rewrite.before(first, "(");
            rewrite.after(cursor.index() - 1, ") and " + target.predicate());
        }
    }

    void returning(CteNames names) {
        if (cursor.accept("returning")) {
            queries.expressions().read(names, c -> false);
        }
    }

    /** Reads {@code (a, b)} after the table of an INSERT, and adds the tenant column. */
    void insertColumns(Target target) {
        rewrite.noCall(cursor.index() - 1);
        if (target.tenantOwned()) {
            rewrite.after(cursor.index(), rewrite.quotedTenantColumn() + ", ");
        }
        columns(target);
    }

    private void columns(Target target) {
        int close = cursor.closing();
        cursor.next();
        do {
            column(target);
        } while (cursor.acceptMark(","));
        if (cursor.index() != close) {
            throw cursor.unexpected("a column");
        }
        cursor.next();
    }

    /** Reads {@code (1, 2)} after VALUES, and adds the tenant. */
    void insertRow(Target target, CteNames names) {
        if (target.tenantOwned()) {
            rewrite.after(cursor.index(), rewrite.tenant() + ", ");
        }
        int close = cursor.closing();
        cursor.next();
        queries.expressions().read(names, c -> false);
        cursor.moveTo(close + 1);
    }

    /** Reads {@code default values}, and gives the tenant column its value. */
    void insertDefaults(Target target) {
        if (target.tenantOwned()) {
            rewrite.replace(
                    cursor.index() - 2,
                    cursor.index() - 1,
                    "(%s) values (%s)".formatted(rewrite.quotedTenantColumn(), rewrite.tenant()));
        }
    }

    void overriding() {
        if (cursor.accept("overriding")) {
            cursor.next();
            cursor.expect("value");
        }
    }

    void requireColumns(Target target) {
        if (target.tenantOwned()) {
            throw cursor.refused("INSERT names no columns, so that %s has no place; write insert into %s (column, …)"
                    .formatted(rewrite.tenantColumn(), target.name()));
        }
    }
}

package dev.sluice.r2dbc.sql;

import dev.sluice.r2dbc.sql.Rewrite.Target;

/**
 * Reads INSERT: the tenant becomes a column of its own in the list, in each row, and in the target of ON
 * CONFLICT.
 */
final class InsertReader {

    private final Cursor cursor;
    private final Rewrite rewrite;
    private final QueryReader queries;
    private final WriteReader writes;

    InsertReader(Cursor cursor, Rewrite rewrite, QueryReader queries, WriteReader writes) {
        this.cursor = cursor;
        this.rewrite = rewrite;
        this.queries = queries;
        this.writes = writes;
    }

    /** Reads what follows INSERT INTO. */
    void read(CteNames names) {
        FromReader.RelationName name = queries.from().relationName();
        Token alias = cursor.accept("as") ? cursor.expectIdentifier("an alias") : null;
        Target target = rewrite.target(name, alias, names);
        rows(target, names);
        if (cursor.accept("on", "conflict")) {
            conflict(target, names);
        }
        writes.returning(names);
    }

    private void rows(Target target, CteNames names) {
        boolean columns = cursor.isMark("(") && !queries.queryIsHere();
        if (columns) {
            writes.insertColumns(target);
        }
        writes.overriding();
        if (cursor.accept("default", "values")) {
            writes.insertDefaults(target);
            return;
        }
        if (!columns) {
            writes.requireColumns(target);
        }
        if (plainValues()) {
            cursor.expect("values");
            do {
                writes.insertRow(target, names);
            } while (cursor.acceptMark(","));
        } else {
            query(target, names);
        }
    }

    /** Whether VALUES is here and nothing but rows: DEFAULT may stand in them. */
    private boolean plainValues() {
        int here = cursor.index();
        boolean plain = cursor.accept("values");
        while (plain && cursor.isMark("(")) {
            cursor.skipBrackets();
            cursor.acceptMark(",");
        }
        plain = plain && (cursor.levelEnds() || cursor.isAny("on", "returning"));
        cursor.moveTo(here);
        return plain;
    }

    private void query(Target target, CteNames names) {
        int first = cursor.index();
        queries.read(names);
        if (cursor.is("on")) {
            rewrite.insertedQuery(first, cursor.index());
        }
        if (target.tenantOwned()) {
            rewrite.before(first, "select " + rewrite.tenant() + ", sluice_rows.* from (");
            rewrite.after(cursor.index() - 1, ") sluice_rows");
        }
    }

    private void conflict(Target target, CteNames names) {
        if (cursor.isMark("(")) {
            conflictTarget(target, names);
        } else if (cursor.is("on") && target.tenantOwned()) {
            throw cursor.refused(
                    "ON CONFLICT ON CONSTRAINT does not show that the constraint holds %s; name its columns"
                            .formatted(rewrite.tenantColumn()));
        } else if (cursor.accept("on", "constraint")) {
            cursor.expectIdentifier("a constraint");
        }
        cursor.expect("do");
        if (cursor.accept("nothing")) {
            return;
        }
        cursor.expect("update");
        cursor.expect("set");
        writes.assignments(target, names, c -> false);
        writes.where(target, names);
    }

    /** No unique index of a tenant's table lacks the tenant, so none can be found without it. */
    private void conflictTarget(Target target, CteNames names) {
        int open = cursor.index();
        int close = cursor.closing();
        boolean named = false;
        for (int i = open + 1; i < close; i++) {
            cursor.moveTo(i);
            named |= cursor.token().isIdentifier() && cursor.token().value().equals(rewrite.tenantColumn());
        }
        if (target.tenantOwned() && !named) {
            rewrite.after(open, rewrite.quotedTenantColumn() + ", ");
        }
        cursor.moveTo(open + 1);
        queries.expressions().read(names, c -> false);
        cursor.moveTo(close + 1);
        if (cursor.accept("where")) {
            queries.expressions().read(names, c -> c.is("do"));
        }
        rewrite.conflictTarget(open, cursor.index());
    }
}

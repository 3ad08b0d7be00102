package dev.sluice.r2dbc.sql;

import dev.sluice.r2dbc.sql.Rewrite.Target;

/**
 * Reads MERGE. The tenant goes into ON and into every WHEN that sees a row of the target: with ON alone, the
 * rows of other tenants would be NOT MATCHED BY SOURCE, and deleted.
 */
final class MergeReader {

    private final Cursor cursor;
    private final Rewrite rewrite;
    private final QueryReader queries;
    private final WriteReader writes;

    MergeReader(Cursor cursor, Rewrite rewrite, QueryReader queries, WriteReader writes) {
        this.cursor = cursor;
        this.rewrite = rewrite;
        this.queries = queries;
        this.writes = writes;
    }

    /** Reads what follows MERGE INTO. */
    void read(CteNames names) {
        Target target = writes.target(names, "using");
        int using = cursor.index();
        cursor.expect("using");
        queries.from().item(names);
        rewrite.mergeSource(using, cursor.index());
        cursor.expect("on");
        writes.condition(target, names, c -> c.is("when"));
        while (cursor.is("when")) {
            when(target, names);
        }
        int start = cursor.index();
        writes.returning(names);
        rewrite.hide(start, cursor.index());
    }

    private void when(Target target, CteNames names) {
        int start = cursor.index();
        cursor.expect("when");
        boolean not = cursor.accept("not");
        cursor.expect("matched");
        boolean bySource = cursor.accept("by", "source");
        if (!bySource) {
            cursor.accept("by", "target");
        }
        boolean seesTarget = !not || bySource;
        int matched = cursor.index() - 1;
        if (cursor.accept("and")) {
            if (seesTarget) {
                writes.condition(target, names, c -> c.is("then"));
            } else {
                queries.expressions().read(names, c -> c.is("then"));
            }
        } else if (seesTarget && target.tenantOwned()) {
            rewrite.after(matched, " and " + target.predicate());
        }
        rewrite.mergeWhen(start, matched + 1, seesTarget);
        cursor.expect("then");
        action(target, names);
    }

    private void action(Target target, CteNames names) {
        int start = cursor.index();
        if (cursor.accept("update")) {
            cursor.expect("set");
            writes.assignments(target, names, c -> c.is("when"));
        } else if (cursor.accept("insert")) {
            insert(target, names);
        } else if (!cursor.accept("delete")) {
            cursor.expect("do");
            cursor.expect("nothing");
            rewrite.doNothing(start);
        }
    }

    private void insert(Target target, CteNames names) {
        boolean columns = cursor.isMark("(");
        if (columns) {
            writes.insertColumns(target);
        }
        writes.overriding();
        if (cursor.accept("default", "values")) {
            writes.insertDefaults(target);
            rewrite.defaultValues(cursor.index() - 2);
            return;
        }
        if (!columns) {
            writes.requireColumns(target);
        }
        cursor.expect("values");
        writes.insertRow(target, names);
    }
}

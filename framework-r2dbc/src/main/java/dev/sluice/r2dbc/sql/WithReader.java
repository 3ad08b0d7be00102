package dev.sluice.r2dbc.sql;

/** Reads WITH clauses: which names they give, where each is seen, and the statements behind them. */
final class WithReader {

    private final Cursor cursor;
    private final Rewrite rewrite;
    private final QueryReader queries;
    private final WriteReader writes;

    WithReader(Cursor cursor, Rewrite rewrite, QueryReader queries) {
        this.cursor = cursor;
        this.rewrite = rewrite;
        this.queries = queries;
        this.writes = new WriteReader(cursor, rewrite, queries);
    }

    WriteReader writes() {
        return writes;
    }

    /** Reads a WITH clause if one is here, and answers the names that are seen behind it. */
    CteNames read(CteNames outer) {
        if (!cursor.accept("with")) {
            return outer;
        }
        CteNames names = outer.inner();
        if (cursor.accept("recursive")) {
            announce(names);
        }
        do {
            String name = query(names);
            names.add(name);
        } while (cursor.acceptMark(","));
        return names;
    }

    /** With RECURSIVE each query sees the names of all, its own and later ones too. */
    private void announce(CteNames names) {
        int here = cursor.index();
        do {
            names.add(head());
            cursor.skipBrackets();
            searchAndCycle(false);
        } while (cursor.acceptMark(","));
        cursor.moveTo(here);
    }

    private String query(CteNames names) {
        String name = head();
        int close = cursor.closing();
        cursor.expectMark("(");
        if (writes.isHere()) {
            rewrite.dataModifyingCte();
            writes.read(names);
        } else {
            int first = cursor.index();
            CteNames inner = read(names);
            if (writes.isHere() && first != cursor.index()) {
                rewrite.dataModifyingCte();
                writes.read(inner);
            } else {
                queries.body(inner);
            }
        }
        if (cursor.index() != close) {
            throw cursor.unexpected("the end of a query");
        }
        cursor.next();
        searchAndCycle(true);
        return name;
    }

    /** Reads {@code name (columns) as [not] materialized}, up to the bracket. */
    private String head() {
        Token name = cursor.expectIdentifier("the name of a query");
        if (cursor.isMark("(")) {
            rewrite.noCall(cursor.index() - 1);
            cursor.skipBrackets();
        }
        cursor.expect("as");
        int hint = cursor.index();
        if (cursor.accept("not", "materialized") || cursor.accept("materialized")) {
            rewrite.hide(hint, cursor.index());
        }
        if (!cursor.isMark("(")) {
            throw cursor.unexpected("'('");
        }
        return name.value();
    }

    private void searchAndCycle(boolean hide) {
        int start = cursor.index();
        if (cursor.accept("search")) {
            cursor.next();
            cursor.expect("first");
            cursor.expect("by");
            columns();
            cursor.expect("set");
            cursor.expectIdentifier("a column");
        }
        if (cursor.accept("cycle")) {
            columns();
            cursor.expect("set");
            cursor.expectIdentifier("a column");
            if (cursor.accept("to")) {
                cursor.next();
                cursor.expect("default");
                cursor.next();
            }
            cursor.expect("using");
            cursor.expectIdentifier("a column");
        }
        if (hide) {
            rewrite.hide(start, cursor.index());
        }
    }

    private void columns() {
        do {
            cursor.expectIdentifier("a column");
        } while (cursor.acceptMark(","));
    }
}

package dev.sluice.r2dbc.sql;

import org.jspecify.annotations.Nullable;

/** Reads FROM and USING lists: relations, sub-queries, functions and joins of every kind. */
final class FromReader {

    private final Cursor cursor;
    private final Rewrite rewrite;
    private final QueryReader queries;

    FromReader(Cursor cursor, Rewrite rewrite, QueryReader queries) {
        this.cursor = cursor;
        this.rewrite = rewrite;
        this.queries = queries;
    }

    /** Reads a list of items, up to the next clause or the end of the level. */
    void list(CteNames names) {
        do {
            item(names);
        } while (cursor.acceptMark(","));
    }

    /**
     * Reads one item with its joins. An ON belongs to the last join that still lacks one; where none does, it
     * ends the item, as in ON CONFLICT.
     */
    void item(CteNames names) {
        primary(names);
        int open = 0;
        while (true) {
            if (joinIsHere(cursor)) {
                open += joinWords() ? 1 : 0;
                primary(names);
            } else if (open > 0 && cursor.accept("on")) {
                open--;
                queries.expressions().read(names, QueryReader.clauseOr(FromReader::endsCondition));
            } else if (open > 0 && cursor.accept("using")) {
                open--;
                cursor.skipBrackets();
                if (cursor.accept("as")) {
                    cursor.expectIdentifier("an alias");
                    rewrite.hide(cursor.index() - 2, cursor.index());
                }
            } else {
                return;
            }
        }
    }

    private static boolean endsCondition(Cursor cursor) {
        return cursor.isMark(",") || cursor.is("using") || cursor.is("when") || joinIsHere(cursor);
    }

    /** {@code left} and {@code right} are functions, too. */
    private static boolean joinIsHere(Cursor cursor) {
        return cursor.isAny("join", "natural", "cross")
                || (cursor.isAny("inner", "left", "right", "full")
                        && cursor.ahead(1).isAny("join", "outer"));
    }

    /** Moves behind JOIN, and answers whether the join takes a condition. */
    private boolean joinWords() {
        boolean condition = !cursor.isAny("natural", "cross");
        while (!cursor.is("join")) {
            if (!cursor.isAny("natural", "cross", "inner", "left", "right", "full", "outer")) {
                throw cursor.unexpected("JOIN");
            }
            cursor.next();
        }
        cursor.next();
        return condition;
    }

    private void primary(CteNames names) {
        cursor.accept("lateral");
        if (cursor.isMark("(")) {
            brackets(names);
        } else if (cursor.is("rows")
                && cursor.ahead(1).is("from")
                && cursor.ahead(2).isMark("(")) {
            rowsFrom(names);
        } else if (callIsHere()) {
            call(names);
            alias();
        } else {
            relation(names, true);
        }
    }

    private void brackets(CteNames names) {
        if (queries.queryIsHere()) {
            queries.inBrackets(names);
        } else {
            int close = cursor.closing();
            cursor.next();
            item(names);
            if (cursor.index() != close) {
                throw cursor.unexpected("a join");
            }
            cursor.next();
        }
        alias();
    }

    private void rowsFrom(CteNames names) {
        rewrite.hide(cursor.index(), cursor.index() + 3);
        cursor.moveTo(cursor.index() + 3);
        do {
            call(names);
            if (cursor.accept("as")) {
                cursor.skipBrackets();
            }
        } while (cursor.acceptMark(","));
        rewrite.hide(cursor.index(), cursor.index() + 1);
        cursor.expectMark(")");
        alias();
    }

    private boolean callIsHere() {
        int i = 0;
        while (cursor.ahead(i).isIdentifier() && cursor.ahead(i + 1).isMark(".")) {
            i += 2;
        }
        return cursor.ahead(i).isIdentifier() && cursor.ahead(i + 1).isMark("(");
    }

    private void call(CteNames names) {
        while (!cursor.isMark("(")) {
            if (!cursor.token().isIdentifier() && !cursor.isMark(".")) {
                throw cursor.unexpected("a function");
            }
            cursor.next();
        }
        int close = cursor.closing();
        cursor.next();
        queries.expressions().read(names, c -> false);
        if (cursor.index() != close) {
            throw cursor.unexpected("a closing bracket");
        }
        cursor.next();
    }

    /** Reads a relation and hands it on. */
    void relation(CteNames names, boolean mayHaveAlias) {
        RelationName name = relationName();
        Token alias = mayHaveAlias ? alias() : null;
        if (cursor.is("tablesample")) {
            throw cursor.refused("TABLESAMPLE samples the rows of all tenants; use order by random() limit n");
        }
        rewrite.source(name, alias != null, names);
    }

    /** Reads {@code only schema.name *}. */
    RelationName relationName() {
        int start = cursor.index();
        if (cursor.accept("only")) {
            rewrite.hide(start, start + 1);
        }
        int first = cursor.index();
        Token last = relationWord();
        StringBuilder name = new StringBuilder(last.value());
        while (cursor.acceptMark(".")) {
            last = relationWord();
            name.append('.').append(last.value());
        }
        int lastIndex = cursor.index() - 1;
        if (cursor.token().kind() == Token.Kind.OPERATOR
                && cursor.token().value().equals("*")) {
            rewrite.hide(cursor.index(), cursor.index() + 1);
            cursor.next();
        }
        return new RelationName(name.toString(), start, first, lastIndex, cursor.index() - 1);
    }

    private Token relationWord() {
        if (!Keywords.mayNameRelation(cursor.token())) {
            throw cursor.unexpected("the name of a relation");
        }
        return cursor.next();
    }

    /** Reads {@code with ordinality as alias (columns)}, and answers the alias, if there is one. */
    private @Nullable Token alias() {
        cursor.accept("with", "ordinality");
        boolean as = cursor.accept("as");
        Token alias = null;
        if (Keywords.mayNameRelation(cursor.token())) {
            alias = cursor.next();
        }
        if (cursor.isMark("(") && (as || alias != null)) {
            rewrite.noCall(cursor.index() - 1);
            cursor.skipBrackets();
        }
        return alias;
    }

    /**
     * A relation as it is written.
     *
     * @param name as the catalog spells it
     * @param start the first token, ONLY included
     * @param first the first token of the name
     * @param last the last token of the name
     * @param end the last token, a star included
     */
    record RelationName(String name, int start, int first, int last, int end) {}
}

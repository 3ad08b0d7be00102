package dev.sluice.r2dbc.sql;

/**
 * One token of a statement, as PostgreSQL's own lexer cuts it.
 *
 * @param kind what it is
 * @param start offset of its first character
 * @param end offset after its last character
 * @param value an identifier as the catalog spells it (folded unless quoted), a parameter's name without the
 *     colon, else the token as written
 */
record Token(Kind kind, int start, int end, String value) {

    /** What a token is. */
    enum Kind {
        /** A keyword or an identifier without quotes. */
        WORD,
        /** An identifier in double quotes: never a keyword. */
        QUOTED,
        /** A string constant of any form. */
        STRING,
        /** A number. */
        NUMBER,
        /** A {@code :name}. */
        PARAMETER,
        /** An operator. */
        OPERATOR,
        /** Brackets, comma, semicolon, dot, colon, {@code ::} and {@code :=}. */
        PUNCTUATION
    }

    /** Whether it is this keyword, given in lower case. */
    boolean is(String keyword) {
        return kind == Kind.WORD && value.equals(keyword);
    }

    /** Whether it is one of these keywords, given in lower case. */
    boolean isAny(String... keywords) {
        for (String keyword : keywords) {
            if (is(keyword)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is this punctuation. */
    boolean isMark(String mark) {
        return kind == Kind.PUNCTUATION && value.equals(mark);
    }

    boolean isIdentifier() {
        return kind == Kind.WORD || kind == Kind.QUOTED;
    }

    /** Whether an expression may end with it. */
    boolean endsOperand() {
        return switch (kind) {
            case WORD, QUOTED, STRING, NUMBER, PARAMETER -> true;
            case PUNCTUATION -> value.equals(")") || value.equals("]");
            case OPERATOR -> false;
        };
    }
}

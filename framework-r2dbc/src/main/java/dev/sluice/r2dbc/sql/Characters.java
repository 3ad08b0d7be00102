package dev.sluice.r2dbc.sql;

/** What PostgreSQL's lexer (scan.l) takes a character for. */
final class Characters {

    private static final String OPERATORS = "+-*/<>=~!@#%^&|?";
    private static final String MAKES_A_LONG_OPERATOR = "~!@#%^&|?";

    private Characters() {}

    static boolean isOperator(char c) {
        return OPERATORS.indexOf(c) >= 0;
    }

    /** Whether an operator of several characters with this one among them may end in a sign. */
    static boolean letsAnOperatorEndInSign(int c) {
        return MAKES_A_LONG_OPERATOR.indexOf(c) >= 0;
    }

    static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isSign(char c) {
        return c == '+' || c == '-';
    }

    /** Whether it may begin the name of a parameter. */
    static boolean isParameterStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    static boolean isParameterPart(char c) {
        return isParameterStart(c) || isDigit(c);
    }

    static boolean isIdentifierStart(char c) {
        return isParameterStart(c) || c >= 0x80;
    }

    static boolean isIdentifierPart(char c) {
        return isIdentifierStart(c) || isDigit(c) || c == '$';
    }

    /** Folds as PostgreSQL does in UTF-8: ASCII only. */
    static String fold(String name) {
        StringBuilder folded = new StringBuilder(name);
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                folded.setCharAt(i, (char) (c + ('a' - 'A')));
            }
        }
        return folded.toString();
    }
}

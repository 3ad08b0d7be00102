package dev.sluice.r2dbc.sql;

import dev.sluice.repository.StatementRefusedException;

/** A place among the tokens of a statement, that moves forward as they are read. */
final class Cursor {

    private static final Token END = new Token(Token.Kind.PUNCTUATION, 0, 0, "");

    private final Statement statement;
    private int at;

    Cursor(Statement statement) {
        this.statement = statement;
    }

    int index() {
        return at;
    }

    void moveTo(int index) {
        at = index;
    }

    /** The token here; after the last one, a mark that equals nothing. */
    Token token() {
        return ahead(0);
    }

    Token ahead(int tokens) {
        int index = at + tokens;
        return index >= 0 && index < statement.size() ? statement.at(index) : END;
    }

    boolean atEnd() {
        return at >= statement.size();
    }

    boolean is(String keyword) {
        return token().is(keyword);
    }

    boolean isAny(String... keywords) {
        return token().isAny(keywords);
    }

    boolean isMark(String mark) {
        return token().isMark(mark);
    }

    /** Whether nothing more is on this level. */
    boolean levelEnds() {
        return atEnd() || isMark(")") || isMark("]");
    }

    Token next() {
        Token token = token();
        at++;
        return token;
    }

    /** Moves on if these keywords are here, one after another. */
    boolean accept(String... keywords) {
        for (int i = 0; i < keywords.length; i++) {
            if (!ahead(i).is(keywords[i])) {
                return false;
            }
        }
        at += keywords.length;
        return true;
    }

    boolean acceptMark(String mark) {
        boolean here = isMark(mark);
        at += here ? 1 : 0;
        return here;
    }

    void expect(String keyword) {
        if (!accept(keyword)) {
            throw unexpected(keyword.toUpperCase(java.util.Locale.ROOT));
        }
    }

    void expectMark(String mark) {
        if (!acceptMark(mark)) {
            throw unexpected("'" + mark + "'");
        }
    }

    Token expectIdentifier(String what) {
        if (!token().isIdentifier()) {
            throw unexpected(what);
        }
        return next();
    }

    /** The index of the bracket that closes the one here. */
    int closing() {
        return statement.closing(at);
    }

    /** Moves behind the bracket that closes the one here. */
    void skipBrackets() {
        at = closing() + 1;
    }

    StatementRefusedException unexpected(String expected) {
        return refused("'%s' stands where Sluice expects %s; it cannot tell which relations are used"
                .formatted(here(), expected));
    }

    /** A refusal that says where. */
    StatementRefusedException refused(String reason) {
        int offset = atEnd() ? statement.text().length() : token().start();
        return statement.refused(reason + " (at character " + (offset + 1) + ")");
    }

    private String here() {
        return atEnd() ? "the end" : statement.text().substring(token().start(), token().end());
    }
}

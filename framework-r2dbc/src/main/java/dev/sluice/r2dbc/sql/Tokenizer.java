package dev.sluice.r2dbc.sql;

import dev.sluice.r2dbc.sql.Token.Kind;
import dev.sluice.repository.StatementRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a statement into tokens by the rules of PostgreSQL's lexer (scan.l, with standard_conforming_strings
 * on), and takes {@code :name} for a parameter. What that lexer reads differently between versions or
 * settings is refused.
 */
final class Tokenizer {

    /** Longer text is no statement that a person wrote. */
    static final int MAX_LENGTH = 100_000;

    private static final int MAX_DEPTH = 200;
    private static final int MAX_IDENTIFIER_BYTES = 63;

    private final String statement;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int depth;
    private int brackets;

    private Tokenizer(String statement, String text) {
        this.statement = statement;
        this.text = text;
    }

    /**
     * Cuts a statement into tokens.
     *
     * @param statement its name, for messages
     * @param text its text
     * @return the tokens, without comments and white space
     * @throws StatementRefusedException if the text cannot be cut with certainty
     */
    static List<Token> tokens(String statement, String text) {
        if (text.length() > MAX_LENGTH) {
            throw new StatementRefusedException(
                    statement, "it has %d characters (at most %d)".formatted(text.length(), MAX_LENGTH));
        }
        Tokenizer tokenizer = new Tokenizer(statement, text);
        tokenizer.run();
        return List.copyOf(tokenizer.tokens);
    }

    private void run() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Characters.isSpace(c)) {
                at++;
            } else if (startsWith("--")) {
                lineComment();
            } else if (startsWith("/*")) {
                blockComment();
            } else if (c == '\'') {
                string(at, false);
            } else if (c == '"') {
                quotedIdentifier();
            } else if (c == '$') {
                dollarQuote();
            } else if (Characters.isDigit(c) || (c == '.' && Characters.isDigit(peek(1)))) {
                number();
            } else if (Characters.isIdentifierStart(c)) {
                word();
            } else if (c == ':') {
                colon();
            } else if (Characters.isOperator(c)) {
                operator();
            } else {
                punctuation(c);
            }
        }
        if (depth != 0) {
            throw refused(text.length(), "a bracket is not closed");
        }
    }

    private void lineComment() {
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            at++;
        }
    }

    /** Block comments nest, unlike those of the SQL standard. */
    private void blockComment() {
        int start = at;
        int open = 0;
        do {
            if (startsWith("/*")) {
                open++;
                at += 2;
            } else if (startsWith("*/")) {
                open--;
                at += 2;
            } else {
                at++;
            }
            if (at >= text.length() && open > 0) {
                throw refused(start, "a comment is not closed");
            }
        } while (open > 0);
    }

    private void string(int start, boolean escapes) {
        at++;
        while (true) {
            char c = charInside(start, "a string");
            if (c == '\\' && escapes) {
                at += 2;
            } else if (c != '\'') {
                at++;
            } else if (peek(1) == '\'') {
                at += 2;
            } else {
                at++;
                break;
            }
        }
        addString(start);
    }

    private void dollarQuote() {
        int start = at;
        int tagEnd = at + 1;
        while (tagEnd < text.length()
                && Characters.isIdentifierPart(text.charAt(tagEnd))
                && text.charAt(tagEnd) != '$'
                && (tagEnd > at + 1 || !Characters.isDigit(text.charAt(tagEnd)))) {
            tagEnd++;
        }
        if (tagEnd >= text.length() || text.charAt(tagEnd) != '$') {
            throw refused(start, "$1 and the like are not parameters here; name them, as :name");
        }
        String tag = text.substring(start, tagEnd + 1);
        int close = text.indexOf(tag, tagEnd + 1);
        if (close < 0) {
            throw refused(start, "a string is not closed");
        }
        at = close + tag.length();
        addString(start);
    }

    /** Adjacent strings are one in PostgreSQL if a newline is between them, and nonsense otherwise. */
    private void addString(int start) {
        if (!tokens.isEmpty() && tokens.get(tokens.size() - 1).kind() == Kind.STRING) {
            throw refused(start, "a string follows a string; write one, or join them with ||");
        }
        add(Kind.STRING, start, text.substring(start, at));
    }

    private void quotedIdentifier() {
        int start = at++;
        StringBuilder name = new StringBuilder();
        while (true) {
            char c = charInside(start, "a quoted identifier");
            if (c != '"') {
                name.append(c);
                at++;
            } else if (peek(1) == '"') {
                name.append(c);
                at += 2;
            } else {
                at++;
                break;
            }
        }
        addIdentifier(Kind.QUOTED, start, name.toString());
    }

    private char charInside(int start, String what) {
        if (at >= text.length()) {
            throw refused(start, what + " is not closed");
        }
        if (text.charAt(at) == 0) {
            throw refused(at, "it holds a zero character");
        }
        return text.charAt(at);
    }

    private void number() {
        int start = at;
        while (at < text.length()
                && ((Characters.isIdentifierPart(text.charAt(at)) && text.charAt(at) != '$')
                        || (text.charAt(at) == '.' && peek(1) != '.')
                        || (Characters.isSign(text.charAt(at)) && isExponent(start)))) {
            at++;
        }
        String number = text.substring(start, at);
        boolean digits = number.matches("(\\d[\\d_]*)?\\.?(\\d[\\d_]*)?([eE][+-]?\\d+)?");
        if (!digits && !number.matches("0[xXoObB][0-9a-fA-F_]+")) {
            throw refused(start, "'" + number + "' is no number");
        }
        add(Kind.NUMBER, start, number);
    }

    private boolean isExponent(int start) {
        char before = text.charAt(at - 1);
        boolean hexadecimal = text.startsWith("0x", start) || text.startsWith("0X", start);
        return (before == 'e' || before == 'E') && !hexadecimal;
    }

    private void word() {
        int start = at;
        while (at < text.length() && Characters.isIdentifierPart(text.charAt(at))) {
            char c = text.charAt(at);
            if (c >= 0x80 && !Character.isLetterOrDigit(c) && !Character.isSurrogate(c)) {
                throw refused(at, "U+%04X is invisible or misleading in a name; quote the name".formatted((int) c));
            }
            at++;
        }
        String written = text.substring(start, at);
        if (at < text.length() && text.charAt(at) == '\'' && written.length() == 1) {
            prefixedString(start, Character.toLowerCase(written.charAt(0)));
        } else if (startsWith("&'") || startsWith("&\"")) {
            unicodeEscapes(start, written);
        } else {
            addIdentifier(Kind.WORD, start, Characters.fold(written));
        }
    }

    private void prefixedString(int start, char prefix) {
        switch (prefix) {
            case 'e' -> string(start, true);
            case 'b', 'x', 'n' -> string(start, false);
            default -> addIdentifier(Kind.WORD, start, Characters.fold(text.substring(start, at)));
        }
    }

    private void unicodeEscapes(int start, String written) {
        if (written.equals("u") || written.equals("U")) {
            throw refused(start, "U& escapes are not supported; write the characters");
        }
        addIdentifier(Kind.WORD, start, Characters.fold(written));
    }

    private void addIdentifier(Kind kind, int start, String name) {
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_IDENTIFIER_BYTES) {
            throw refused(start, "a name is longer than 63 bytes, and PostgreSQL would cut it");
        }
        add(kind, start, name);
    }

    /**
     * A colon is a cast ({@code ::}), an assignment ({@code :=}), the middle of a slice ({@code a[1:2]},
     * where it follows an operand inside of brackets), or it begins a parameter.
     */
    private void colon() {
        int start = at;
        boolean slice = brackets > 0
                && !tokens.isEmpty()
                && tokens.get(tokens.size() - 1).endsOperand();
        if (peek(1) == ':' || peek(1) == '=') {
            at += 2;
            add(Kind.PUNCTUATION, start, text.substring(start, at));
        } else if (!slice && Characters.isParameterStart(peek(1))) {
            at++;
            while (at < text.length() && Characters.isParameterPart(text.charAt(at))) {
                at++;
            }
            add(Kind.PARAMETER, start, text.substring(start + 1, at));
        } else {
            at++;
            add(Kind.PUNCTUATION, start, ":");
        }
    }

    private void operator() {
        int start = at;
        while (at < text.length() && Characters.isOperator(text.charAt(at)) && !startsWith("--") && !startsWith("/*")) {
            at++;
        }
        boolean mayEndInSign = text.substring(start, at).chars().anyMatch(Characters::letsAnOperatorEndInSign);
        while (at - start > 1 && !mayEndInSign && Characters.isSign(text.charAt(at - 1))) {
            at--;
        }
        add(Kind.OPERATOR, start, text.substring(start, at));
    }

    private void punctuation(char c) {
        switch (c) {
            case '(', '[' -> depth++;
            case ')', ']' -> depth--;
            case ',', ';', '.' -> {}
            default -> throw refused(at, "the character U+%04X has no meaning here".formatted((int) c));
        }
        brackets += c == '[' ? 1 : c == ']' ? -1 : 0;
        if (depth < 0) {
            throw refused(at, "a bracket is closed that was not opened");
        }
        if (depth > MAX_DEPTH) {
            throw refused(at, "brackets are nested more than %d deep".formatted(MAX_DEPTH));
        }
        at++;
        add(Kind.PUNCTUATION, at - 1, String.valueOf(c));
    }

    private void add(Kind kind, int start, String value) {
        tokens.add(new Token(kind, start, at, value));
    }

    private StatementRefusedException refused(int offset, String reason) {
        return new StatementRefusedException(statement, reason + " (at character " + (offset + 1) + ")");
    }

    private boolean startsWith(String prefix) {
        return text.startsWith(prefix, at);
    }

    private char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
    }
}

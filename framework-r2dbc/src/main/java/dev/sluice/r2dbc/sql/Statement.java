package dev.sluice.r2dbc.sql;

import dev.sluice.repository.StatementRefusedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The tokens of one statement, and what they tell without a grammar.
 *
 * @param name names it in errors
 * @param text as it was written
 * @param tokens its tokens, at least one; a closing semicolon is left out
 * @param closings by the index of an opening bracket, that of the closing one
 */
record Statement(String name, String text, List<Token> tokens, int[] closings) {

    /**
     * Cuts a text that must be one statement.
     *
     * @throws StatementRefusedException if it is none or several, or cannot be cut with certainty
     */
    static Statement of(String name, String text) {
        List<Token> tokens = labelled(Tokenizer.tokens(name, text));
        int size = tokens.size();
        while (size > 0 && tokens.get(size - 1).isMark(";")) {
            size--;
        }
        Statement statement = new Statement(name, text, tokens.subList(0, size), closings(tokens));
        if (size == 0) {
            throw statement.refused("it is empty");
        }
        if (statement.tokens.stream().anyMatch(token -> token.isMark(";"))) {
            throw statement.refused(
                    "it is more than one statement; run them one by one, in a transaction if they belong together");
        }
        return statement;
    }

    /** Any keyword may be a label after AS and after a dot, and means nothing there. */
    private static List<Token> labelled(List<Token> tokens) {
        List<Token> result = new ArrayList<>(tokens);
        for (int i = 1; i < result.size(); i++) {
            Token token = result.get(i);
            boolean label = result.get(i - 1).isMark(".")
                    || (result.get(i - 1).is("as") && !token.isAny("not", "materialized"));
            if (label && token.kind() == Token.Kind.WORD) {
                result.set(i, new Token(Token.Kind.QUOTED, token.start(), token.end(), token.value()));
            }
        }
        return result;
    }

    /** The tokenizer lets no bracket stay open. */
    private static int[] closings(List<Token> tokens) {
        int[] closings = new int[tokens.size()];
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < closings.length; i++) {
            int change = depthChange(tokens.get(i));
            if (change > 0) {
                open.push(i);
            } else if (change < 0) {
                closings[open.pop()] = i;
            }
        }
        return closings;
    }

    int size() {
        return tokens.size();
    }

    Token at(int index) {
        return tokens.get(index);
    }

    boolean is(int index, String keyword) {
        return index >= 0 && index < size() && at(index).is(keyword);
    }

    boolean isMark(int index, String mark) {
        return index >= 0 && index < size() && at(index).isMark(mark);
    }

    /** The index of the bracket that closes the one at {@code open}. */
    int closing(int open) {
        return closings[open];
    }

    /**
     * The first index from {@code from} on with one of the keywords, at the same depth and before the level
     * closes; else -1.
     */
    int next(int from, String... keywords) {
        int depth = 0;
        for (int i = from; i < size(); i++) {
            if (depth == 0 && at(i).isAny(keywords)) {
                return i;
            }
            depth += depthChange(at(i));
            if (depth < 0) {
                return -1;
            }
        }
        return -1;
    }

    /**
     * The index of the name that is written to, if the token at {@code index} is a verb that writes; else -1.
     */
    int writeTarget(int index) {
        int target = -1;
        if ((at(index).isAny("insert", "merge") && is(index + 1, "into"))
                || (at(index).is("delete") && is(index + 1, "from"))) {
            target = index + 2;
        } else if (at(index).is("update") && !(index > 0 && at(index - 1).isAny("for", "key", "do", "then"))) {
            target = index + 1;
        }
        if (is(target, "only")) {
            target++;
        }
        return target >= 0 && target < size() && at(target).isIdentifier() ? target : -1;
    }

    /** The name that begins at {@code index}: {@code public.forecasts} as the catalog spells it. */
    String nameAt(int index) {
        StringBuilder result = new StringBuilder(at(index).value());
        for (int i = index; isMark(i + 1, ".") && i + 2 < size() && at(i + 2).isIdentifier(); i += 2) {
            result.append('.').append(at(i + 2).value());
        }
        return result.toString();
    }

    /** Whether it answers rows. */
    boolean returnsRows() {
        int verb = 0;
        while (isMark(verb, "(")) {
            verb++;
        }
        if (at(verb).is("with")) {
            verb = next(verb + 1, "select", "insert", "update", "delete", "merge", "values", "table");
        }
        boolean writes = verb >= 0 && at(verb).isAny("insert", "update", "delete", "merge");
        return writes
                ? next(verb, "returning") >= 0
                : verb >= 0 && at(verb).isAny("select", "values", "table", "show", "explain");
    }

    StatementRefusedException refused(String reason) {
        return new StatementRefusedException(name, reason);
    }

    private static int depthChange(Token token) {
        if (token.isMark("(") || token.isMark("[")) {
            return 1;
        }
        return token.isMark(")") || token.isMark("]") ? -1 : 0;
    }
}

package dev.sluice.r2dbc.sql;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A statement as the second reading is shown it: on one line, in JSqlParser's dialect.
 *
 * @param text the line
 * @param starts which token begins at which column, counted from 0
 */
record Shown(String text, Map<Integer, Integer> starts) {

    private static final Set<String> KNOWN_OPERATORS = Set.of(
            "+", "-", "*", "/", "%", "^", "=", "<", ">", "<=", ">=", "<>", "!=", "||", "->", "->>", "#>", "#>>", "@>",
            "<@", "&&", "~", "~*", "!~", "!~*", "&", "|", "<<", ">>");

    static Shown of(Statement statement, Rewrite rewrite) {
        StringBuilder text = new StringBuilder(statement.text().length());
        Map<Integer, Integer> starts = new HashMap<>();
        Map<Integer, String> all = unknownSyntax(statement);
        all.putAll(rewrite.shown());
        for (int i = 0; i < statement.size(); i++) {
            String token = all.getOrDefault(i, show(statement, i));
            boolean joined = statement.isMark(i, ".") || statement.isMark(i - 1, ".");
            if (!joined && !text.isEmpty()) {
                text.append(' ');
            }
            starts.put(text.length(), i);
            text.append(token);
            String behind = rewrite.shownBehind().get(i);
            if (behind != null) {
                text.append(' ').append(behind);
            }
        }
        return new Shown(text.toString(), Map.copyOf(starts));
    }

    /** The index of the token that begins at a column; -1 if none does. */
    int tokenAt(int column) {
        return starts.getOrDefault(column, -1);
    }

    private static String show(Statement statement, int index) {
        Token token = statement.at(index);
        return switch (token.kind()) {
            case WORD, PUNCTUATION -> token.value();
            case QUOTED -> '"' + token.value().replace('"', '_') + '"';
            case STRING -> "'x'";
            case NUMBER -> token.value().matches("\\d{1,18}(\\.\\d+)?") ? token.value() : "1";
            case PARAMETER -> ":" + token.value();
            case OPERATOR -> operator(statement, index);
        };
    }

    /** A binary operator that JSqlParser does not know reads like any other; a unary one can be left out. */
    private static String operator(Statement statement, int index) {
        String operator = statement.at(index).value();
        boolean binary = index > 0 && statement.at(index - 1).endsOperand();
        if (KNOWN_OPERATORS.contains(operator) && (binary || operator.equals("-") || operator.equals("*"))) {
            return operator;
        }
        return binary ? "=" : "";
    }

    private static Map<Integer, String> unknownSyntax(Statement statement) {
        Map<Integer, String> replaced = new HashMap<>();
        for (int i = 0; i < statement.size(); i++) {
            boolean argumentName = statement.at(i).isIdentifier() && isArrow(statement, i + 1);
            boolean sortOperator = statement.is(i, "using") && isOperator(statement, i + 1);
            boolean attribute =
                    statement.isMark(i, ".") && (statement.isMark(i - 1, ")") || statement.isMark(i - 1, "]"));
            if (argumentName || sortOperator || attribute) {
                replaced.put(i, "");
                replaced.put(i + 1, "");
            } else if (isTimeZone(statement, i)) {
                replaced.put(i, "");
                replaced.put(i + 1, "");
                replaced.put(i + 2, "");
            } else if (statement.is(i, "symmetric")) {
                replaced.put(i, "");
            } else if (statement.is(i, "default") && !statement.is(i + 1, "values")) {
                replaced.put(i, "1");
            } else if (statement.is(i, "collate")) {
                replaced.put(i, "");
                replaced.put(i + 1, "");
                for (int j = i + 2; statement.isMark(j, "."); j += 2) {
                    replaced.put(j, "");
                    replaced.put(j + 1, "");
                }
            }
        }
        return replaced;
    }

    /** {@code with time zone} of a type. */
    private static boolean isTimeZone(Statement statement, int index) {
        return (statement.is(index, "with") || statement.is(index, "without"))
                && statement.is(index + 1, "time")
                && statement.is(index + 2, "zone");
    }

    private static boolean isArrow(Statement statement, int index) {
        return statement.isMark(index, ":=")
                || (isOperator(statement, index) && statement.at(index).value().equals("=>"));
    }

    private static boolean isOperator(Statement statement, int index) {
        return index < statement.size() && statement.at(index).kind() == Token.Kind.OPERATOR;
    }
}

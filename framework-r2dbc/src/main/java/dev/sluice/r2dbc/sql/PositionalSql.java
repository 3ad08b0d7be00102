package dev.sluice.r2dbc.sql;

import dev.sluice.r2dbc.sql.StatementPlan.Binding;
import dev.sluice.r2dbc.sql.StatementPlan.Slot;
import dev.sluice.repository.StatementRefusedException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Statements with positional parameters that other libraries write, left to row-level security. They run on connections
 * that serve other calls afterwards, so what would outlive its statement is refused by name: transaction control, session
 * settings, prepared statements, temporary tables, session locks. This stops accidents, not a caller who hides them in a
 * function.
 */
public final class PositionalSql {

    private static final Set<String> VERBS = Set.of(
            "select", "insert", "update", "delete", "merge", "with", "values", "table", "call", "explain", "show");
    private static final Set<String> SESSION_FUNCTIONS = Set.of(
            "set_config",
            "pg_advisory_lock",
            "pg_advisory_lock_shared",
            "pg_try_advisory_lock",
            "pg_try_advisory_lock_shared");
    private static final Pattern POSITION = Pattern.compile("(?<![A-Za-z0-9_$])\\$(\\d{1,5})(?![\\d$])");

    private PositionalSql() {}

    /**
     * Compiles a statement without scoping it.
     *
     * @param name names it in errors
     * @param text one statement, with parameters {@code $1…}
     * @return the plan, never replica-safe; its slots are the arguments in order
     * @throws StatementRefusedException if the text holds more than one statement, or one whose effect outlives it
     */
    public static StatementPlan plan(String name, String text) {
        Matcher positions = POSITION.matcher(text);
        int last = positions
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .max()
                .orElse(0);
        // The tokenizer knows named parameters only. What it is given is looked at, and the text is sent as it was.
        Statement statement = Statement.of(name, positions.reset().replaceAll(" :p$1 "));
        requireHarmless(statement);
        return new StatementPlan(
                name, text, arguments(last), Set.of(), writes(statement), false, statement.returnsRows());
    }

    private static void requireHarmless(Statement statement) {
        int verb = 0;
        while (statement.isMark(verb, "(")) {
            verb++;
        }
        if (verb >= statement.size() || !VERBS.contains(statement.at(verb).value())) {
            throw statement.refused(
                    "it begins with '%s', and its effect could outlive it on a connection that others use next; begin and end transactions with the methods of the connection, and leave settings and DDL to the owner's migrations"
                            .formatted(statement
                                    .at(Math.min(verb, statement.size() - 1))
                                    .value()));
        }
        for (Token token : statement.tokens()) {
            if (token.isIdentifier() && SESSION_FUNCTIONS.contains(token.value())) {
                throw statement.refused(
                        "%s would outlive it on a connection that others use next; use locks of a transaction (pg_advisory_xact_lock), and leave settings alone"
                                .formatted(token.value()));
            }
        }
    }

    private static Binding arguments(int count) {
        return new Binding(IntStream.range(0, count)
                .<Slot>mapToObj(i -> new Slot.Argument(i, "$" + (i + 1)))
                .toList());
    }

    private static Set<String> writes(Statement statement) {
        Set<String> writes = new TreeSet<>();
        for (int i = 0; i + 1 < statement.size(); i++) {
            int target = statement.writeTarget(i);
            if (target >= 0) {
                writes.add(statement.nameAt(target));
            }
        }
        return writes;
    }
}

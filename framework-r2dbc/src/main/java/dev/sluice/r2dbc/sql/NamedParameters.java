package dev.sluice.r2dbc.sql;

import dev.sluice.r2dbc.sql.StatementPlan.Binding;
import dev.sluice.r2dbc.sql.StatementPlan.Slot;
import dev.sluice.repository.StatementRefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns {@code :named} parameters into positional ones. The same name becomes the same {@code $n}; strings,
 * comments, quoted names, casts ({@code ::}) and slices ({@code a[1:2]}) are left alone. A parameter that
 * follows a slice's colon is written with a space: {@code a[1: :n]}.
 */
public final class NamedParameters {

    private NamedParameters() {}

    /**
     * Compiles a statement without scoping it: for the door across tenants, and for statements left to
     * row-level security. What it writes is told by its keywords alone; what it reads is not told.
     *
     * @param name names it in logs, meters and errors
     * @param text one statement, with {@code :named} parameters
     * @return the plan, without a tenant slot, never replica-safe; arguments are numbered as they first
     *     appear
     * @throws StatementRefusedException if the text holds more than one statement or cannot be cut into
     *     tokens
     */
    public static StatementPlan unscoped(String name, String text) {
        return plan(name, text, null);
    }

    /**
     * Compiles a statement without scoping it, for a method with arguments.
     *
     * @param name names it in logs, meters and errors
     * @param text one statement, with {@code :named} parameters
     * @param arguments the names of all arguments, in the order in which they are given
     * @return the plan, as {@link #unscoped(String, String)} makes it
     * @throws StatementRefusedException also if a parameter is no argument
     */
    public static StatementPlan unscoped(String name, String text, List<String> arguments) {
        return plan(name, text, arguments);
    }

    private static StatementPlan plan(String name, String text, @Nullable List<String> arguments) {
        Statement statement = Statement.of(name, text);
        Slots slots = new Slots(name, arguments);
        Splice splice = new Splice(text);
        replace(statement, slots, splice);
        return new StatementPlan(
                name, splice.apply(), slots.binding(), Set.of(), writes(statement), false, statement.returnsRows());
    }

    static void replace(Statement statement, Slots slots, Splice splice) {
        for (Token token : statement.tokens()) {
            if (token.kind() == Token.Kind.PARAMETER) {
                splice.replace(token, slots.argument(token.value()));
            }
        }
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

    /** Hands out the positions {@code $1…}. */
    static final class Slots {

        private final String statement;
        private final @Nullable List<String> arguments;
        private final Map<String, Integer> positions = new LinkedHashMap<>();
        private final List<Slot> slots = new ArrayList<>();
        private int tenant;

        Slots(String statement, @Nullable List<String> arguments) {
            this.statement = statement;
            this.arguments = arguments;
        }

        /** The position of an argument, {@code $2}. */
        String argument(String name) {
            return "$" + positions.computeIfAbsent(name, this::addArgument);
        }

        /** The one position of the tenant. */
        String tenant() {
            if (tenant == 0) {
                slots.add(new Slot.Tenant());
                tenant = slots.size();
            }
            return "$" + tenant;
        }

        Binding binding() {
            return new Binding(slots);
        }

        private int addArgument(String name) {
            int index = arguments == null ? positions.size() : arguments.indexOf(name);
            if (index < 0) {
                throw new StatementRefusedException(
                        statement, "nothing is given for the parameter :%s (given: %s)".formatted(name, arguments));
            }
            slots.add(new Slot.Argument(index, name));
            return slots.size();
        }
    }
}

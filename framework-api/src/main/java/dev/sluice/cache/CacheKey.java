package dev.sluice.cache;

import dev.sluice.transaction.Touched;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for, within a tenant: a row, or the answer of a method to its arguments. The tenant is never part of it: the
 * cache takes that from the call.
 *
 * @param kind a row or an answer
 * @param name the qualified name of the table, or that of the method
 * @param arguments the id, or the arguments, as texts of which no two are alike
 * @param rows further rows on which the answer depends
 */
public record CacheKey(Kind kind, String name, List<String> arguments, Set<Touched.Row> rows) {

    private static final String NULL = "-";

    /** What a key names. */
    public enum Kind {
        /** A row by its id: ended by writes of this row, and by writes to the table that do not tell which. */
        ROW,
        /** The answer of a method: ended by any write to a table that it depends on. */
        ANSWER
    }

    /** @throws IllegalArgumentException if the name is blank */
    public CacheKey {
        if (name.isBlank()) {
            throw new IllegalArgumentException("cache key: blank name (expected: a table or a method)");
        }
        arguments = List.copyOf(arguments);
        rows = Set.copyOf(rows);
    }

    /**
     * A row.
     *
     * @param table the qualified name of its table, as {@link Touched.Row} has it
     * @param id its id, as {@link Touched.Row} has it
     * @return the key
     * @throws IllegalArgumentException if the id is of a type whose text does not tell its values apart
     */
    public static CacheKey row(String table, Object id) {
        return new CacheKey(Kind.ROW, table, List.of(text(id)), Set.of());
    }

    /**
     * The answer of a method.
     *
     * @param method its name, unique within the database: {@code Forecasts.ofScenario}
     * @param arguments its arguments
     * @return the key
     * @throws IllegalArgumentException if an argument is of a type whose text does not tell its values apart
     */
    public static CacheKey of(String method, @Nullable Object... arguments) {
        List<String> texts = new ArrayList<>(arguments.length);
        for (Object argument : arguments) {
            texts.add(text(argument));
        }
        return new CacheKey(Kind.ANSWER, method, texts, Set.of());
    }

    /**
     * This key, for an answer that ends with the next write of a row as well.
     *
     * @param table the qualified name of its table
     * @param id its id
     * @return the key; equal keys depend on the same rows
     */
    public CacheKey dependingOn(String table, Object id) {
        Set<Touched.Row> more = new LinkedHashSet<>(rows);
        more.add(new Touched.Row(table, id));
        return new CacheKey(kind, name, arguments, more);
    }

    /**
     * Whether {@link #of} and {@link #row} take arguments of a type.
     *
     * @param type the type
     * @return true if its texts tell its values apart
     */
    public static boolean takes(Class<?> type) {
        return type.isPrimitive()
                || type.isEnum()
                || CharSequence.class.isAssignableFrom(type)
                || Number.class.isAssignableFrom(type)
                || Temporal.class.isAssignableFrom(type)
                || type == Boolean.class
                || type == Character.class
                || type == UUID.class;
    }

    /**
     * The text of an id or argument: one character that tells null, then its own text.
     *
     * @param value the value
     * @return the text
     * @throws IllegalArgumentException if it is of a type whose text does not tell its values apart
     */
    public static String text(@Nullable Object value) {
        if (value == null) {
            return NULL;
        }
        Class<?> type = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
        if (!takes(type)) {
            throw new IllegalArgumentException(
                    "cache key: %s (expected: text, a number, UUID, enum, date or time)".formatted(type.getName()));
        }
        return "+" + (value instanceof Enum<?> constant ? constant.name() : value.toString());
    }
}

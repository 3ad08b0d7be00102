package dev.sluice.r2dbc.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages up to one Sync: local settings and one statement. Outside of an explicit transaction the group is one
 * transaction of its own, and its settings end with it.
 *
 * @param name names the statement in errors
 * @param settings set locally, before the statement
 * @param sql the statement, with positional parameters {@code $1…}
 * @param parameters the values, in order; null is NULL, a {@link TypedNull} is NULL of a type
 */
public record Group(
        String name,
        List<Setting> settings,
        String sql,
        @Nullable Object[] parameters) {

    /** A group that sets nothing. */
    public static Group of(String name, String sql, @Nullable Object... parameters) {
        return new Group(name, List.of(), sql, parameters);
    }

    /**
     * NULL of a known type.
     *
     * @param type the Java type
     */
    public record TypedNull(Class<?> type) {}
}

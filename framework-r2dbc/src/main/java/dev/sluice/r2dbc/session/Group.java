package dev.sluice.r2dbc.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages up to one Sync: local settings and one statement. Outside of an explicit transaction the group is one
 * transaction of its own, and its settings end with it; one that begins an explicit transaction leaves it open.
 *
 * @param name names the statement in errors
 * @param settings set locally, before the statement
 * @param sql the statement, with positional parameters {@code $1…}
 * @param parameters the values, in order; null is NULL, a {@link TypedNull} is NULL of a type
 * @param position takes where the server stood once the group had taken effect, asked for in the same write; null asks
 *     nothing
 * @param begin the BEGIN statement, with its modes, that goes first; null begins nothing
 */
public record Group(
        String name,
        List<Setting> settings,
        String sql,
        @Nullable Object[] parameters,
        @Nullable PositionSink position,
        @Nullable String begin) {

    /** A group that asks for no position. */
    public Group(String name, List<Setting> settings, String sql, @Nullable Object[] parameters) {
        this(name, settings, sql, parameters, null, null);
    }

    /** A group that sets nothing. */
    public static Group of(String name, String sql, @Nullable Object... parameters) {
        return new Group(name, List.of(), sql, parameters);
    }

    /**
     * The same, asking where the server stands afterwards. Asks nothing in an open transaction, where the position would
     * say nothing about the commit: that is {@link Session#command(String, PositionSink)}'s.
     *
     * @param sink takes the position
     * @return the group
     */
    public Group withPosition(PositionSink sink) {
        return new Group(name, settings, sql, parameters, sink, begin);
    }

    /**
     * The same, as the first of an explicit transaction. If BEGIN fails nothing else is run, and the error's
     * {@link io.r2dbc.spi.R2dbcException#getSql()} is BEGIN; whatever fails behind it leaves the transaction open, to be
     * rolled back. A connection that is lost before the answer has committed nothing.
     *
     * @param statement BEGIN, with its modes
     * @return the group; an error if a transaction is already open on the session
     */
    public Group beginning(String statement) {
        return new Group(name, settings, sql, parameters, position, statement);
    }

    /**
     * NULL of a known type.
     *
     * @param type the Java type
     */
    public record TypedNull(Class<?> type) {}
}

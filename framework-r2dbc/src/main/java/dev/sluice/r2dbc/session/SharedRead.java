package dev.sluice.r2dbc.session;

import io.r2dbc.spi.Readable;
import java.lang.reflect.Array;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How calls of a statement that reads the row of one id are sent as one statement: with the same parameters, but for an array in
 * the place of the id. Ids of which one row holds another must never be equal to the database, and different to Java.
 *
 * @param sql the statement for several ids, with the columns of the one for a single id
 * @param parameter the position of the id among the parameters, from 0 on
 * @param type the type of the id's parameter
 * @param idOf the id of a row, as a parameter
 */
public record SharedRead(String sql, int parameter, Class<?> type, Function<Readable, Object> idOf) {

    /**
     * The id that a call asks for.
     *
     * @param group the call
     * @return its parameter
     */
    public Object idIn(Group group) {
        Object id = group.parameters()[parameter];
        if (id == null) {
            throw new IllegalArgumentException("%s: id is null (expected: a value)".formatted(group.name()));
        }
        return id;
    }

    /**
     * The statement for several ids.
     *
     * @param one a call for one of them, which has the other parameters and the settings
     * @param ids the ids
     * @param position takes where the server stood; null asks nothing
     * @return the group
     */
    public Group of(Group one, Collection<?> ids, @Nullable PositionSink position) {
        @Nullable Object[] parameters = one.parameters().clone();
        parameters[parameter] = ids.toArray((Object[]) Array.newInstance(type, ids.size()));
        return new Group(one.name(), one.settings(), sql, parameters, position, null);
    }
}

package dev.sluice.r2dbc.repository;

import dev.sluice.r2dbc.schema.Relation.Column;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * A component of an entity and its column.
 *
 * @param index its position in the record
 * @param name the component
 * @param column the column
 * @param type how its values travel
 * @param accessor reads it, as {@code (Object) → Object}
 */
record Property(int index, String name, Column column, ValueType type, MethodHandle accessor) {

    /** The column, quoted. */
    String quoted() {
        return SqlWriter.quote(column.name());
    }

    /** The type of the column without modifiers. */
    String baseType() {
        return ValueType.baseType(column);
    }

    /** What follows a parameter for this column. */
    String cast() {
        return type.cast(column);
    }

    @Nullable
    Object of(Object entity) {
        try {
            return (Object) accessor.invokeExact(entity);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("accessor of '" + name + "' failed", e);
        }
    }

    /** The value as the driver takes it. */
    Object wireOf(Object entity) {
        return type.toWire(of(entity));
    }
}

package dev.sluice.r2dbc.session;

import dev.sluice.repository.Json;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The types that Sluice knows and the driver does not. */
final class DriverTypes {

    private DriverTypes() {}

    /** The value as the driver encodes it. */
    static Object toDriver(Object value) {
        if (value instanceof Json json) {
            return io.r2dbc.postgresql.codec.Json.of(json.value());
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof Enum<?>[] constants) {
            return Arrays.stream(constants)
                    .map(c -> c == null ? null : c.name())
                    .toArray(String[]::new);
        }
        return value;
    }

    /** The type whose NULL the driver encodes. */
    static Class<?> toDriver(Class<?> type) {
        if (type == Json.class) {
            return io.r2dbc.postgresql.codec.Json.class;
        }
        if (type.isEnum()) {
            return String.class;
        }
        return type.isArray() && type.getComponentType().isEnum() ? String[].class : type;
    }

    /** The type to ask the driver for. */
    static Class<?> toDecode(Class<?> type) {
        if (type == Json.class || type.isEnum()) {
            return String.class;
        }
        return type.isArray() && type.getComponentType().isEnum() ? String[].class : type;
    }

    /**
     * What the driver decoded, in the type that was asked for.
     *
     * @throws IllegalArgumentException if a text is not one of an enum's constants
     */
    static <T> @Nullable T fromDriver(@Nullable Object value, Class<T> type) {
        if (value == null) {
            return null;
        }
        Object result = value;
        if (type == Json.class) {
            result = Json.of((String) value);
        } else if (type.isEnum()) {
            result = constant(type, (String) value);
        } else if (value instanceof String[] names && type != String[].class && type != Object.class) {
            result = constants(type.getComponentType(), names);
        }
        return cast(result, type);
    }

    /** The error for a value of a type that the driver has no codec for; without the value, which the driver would show. */
    static IllegalArgumentException cannotBeSent(String statement, int index, @Nullable Object value) {
        String type = value instanceof Group.TypedNull typed
                ? typed.type().getTypeName()
                : value == null ? "null" : value.getClass().getTypeName();
        return new IllegalArgumentException(
                "%s: parameter $%d is a %s, which has no type in PostgreSQL".formatted(statement, index + 1, type));
    }

    private static Object constants(Class<?> type, @Nullable String[] names) {
        Object array = java.lang.reflect.Array.newInstance(type, names.length);
        for (int i = 0; i < names.length; i++) {
            String name = names[i];
            java.lang.reflect.Array.set(array, i, name == null ? null : constant(type, name));
        }
        return array;
    }

    private static Object constant(Class<?> type, String name) {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(
                "the column holds a text that is not a constant of %s".formatted(type.getSimpleName()));
    }

    // A cast by Class fails for primitives, for which the driver answers the wrapper.
    @SuppressWarnings("unchecked")
    private static <T> T cast(Object value, Class<T> type) {
        return type.isPrimitive() ? (T) value : type.cast(value);
    }
}

package dev.sluice.r2dbc.repository;

import dev.sluice.repository.Json;
import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The table of Java types that entities, projections and parameters may have. */
final class ValueTypes {

    private static final UnaryOperator<Object> SAME = UnaryOperator.identity();
    private static final Set<String> NONE = Set.of();
    private static final Map<Class<?>, Class<?>> BOXES = Map.of(
            boolean.class, Boolean.class,
            short.class, Short.class,
            int.class, Integer.class,
            long.class, Long.class,
            float.class, Float.class,
            double.class, Double.class);
    private static final Map<Class<?>, ValueType> SCALARS = scalars();

    private ValueTypes() {}

    /**
     * Finds how a Java type travels.
     *
     * @param type the type of a component, parameter or result
     * @return its value type, or null if it has none
     */
    static @Nullable ValueType of(Type type) {
        if (type instanceof Class<?> plain) {
            return ofClass(plain);
        }
        if (type instanceof ParameterizedType generic
                && generic.getRawType() instanceof Class<?> raw
                && Collection.class.isAssignableFrom(raw)
                && generic.getActualTypeArguments()[0] instanceof Class<?> element) {
            return listOf(element, raw);
        }
        return null;
    }

    /** The wrapper of a primitive; any other type is itself. */
    @SuppressWarnings("unchecked")
    static <T> Class<T> boxed(Class<T> type) {
        return (Class<T>) BOXES.getOrDefault(type, type);
    }

    /** Collections of such values, which travel as one array. */
    static ValueType collectionOf(ValueType element) {
        return many(
                element,
                values -> encode(element, (Collection<?>) values),
                array -> decode(element, (@Nullable Object[]) array),
                values -> (Collection<?>) values);
    }

    private static @Nullable ValueType ofClass(Class<?> type) {
        Class<?> boxed = BOXES.getOrDefault(type, type);
        ValueType scalar = SCALARS.get(boxed);
        if (scalar != null) {
            return scalar;
        }
        if (boxed.isEnum()) {
            return enumeration(boxed);
        }
        return boxed.isArray() ? arrayOf(boxed.getComponentType()) : null;
    }

    private static Map<Class<?>, ValueType> scalars() {
        Map<Class<?>, ValueType> types = new HashMap<>();
        types.put(
                String.class,
                new ValueType(
                        String.class,
                        "varchar",
                        Set.of("text", "character varying", "bpchar", "citext", "name", "enum"),
                        Set.of("bpchar", "citext", "name"),
                        SAME,
                        SAME,
                        Object::toString,
                        text -> text));
        types.put(Boolean.class, scalar(Boolean.class, "boolean", Set.of("boolean"), ValueTypes::strictBoolean));
        types.put(Short.class, scalar(Short.class, "smallint", Set.of("smallint"), Short::valueOf));
        types.put(Integer.class, scalar(Integer.class, "integer", Set.of("integer", "smallint"), Integer::valueOf));
        types.put(Long.class, scalar(Long.class, "bigint", Set.of("bigint", "integer", "smallint"), Long::valueOf));
        types.put(Float.class, scalar(Float.class, "real", Set.of("real"), Float::valueOf));
        types.put(
                Double.class,
                scalar(Double.class, "double precision", Set.of("double precision", "real"), Double::valueOf));
        types.put(BigDecimal.class, scalar(BigDecimal.class, "numeric", Set.of("numeric"), BigDecimal::new));
        types.put(
                java.util.UUID.class, scalar(java.util.UUID.class, "uuid", Set.of("uuid"), java.util.UUID::fromString));
        types.put(Instant.class, temporal(Instant.class, "timestamp with time zone", Instant::parse));
        types.put(
                OffsetDateTime.class,
                temporal(OffsetDateTime.class, "timestamp with time zone", OffsetDateTime::parse));
        types.put(
                LocalDateTime.class,
                temporal(LocalDateTime.class, "timestamp without time zone", LocalDateTime::parse));
        types.put(LocalDate.class, temporal(LocalDate.class, "date", LocalDate::parse));
        types.put(LocalTime.class, temporal(LocalTime.class, "time without time zone", LocalTime::parse));
        types.put(
                byte[].class,
                new ValueType(
                        byte[].class,
                        "bytea",
                        Set.of("bytea"),
                        NONE,
                        SAME,
                        SAME,
                        bytes -> "\\x" + HexFormat.of().formatHex((byte[]) bytes),
                        null));
        types.put(
                Json.class,
                new ValueType(
                        Json.class,
                        "jsonb",
                        Set.of("jsonb", "json"),
                        Set.of("json"),
                        SAME,
                        SAME,
                        Object::toString,
                        null));
        return Map.copyOf(types);
    }

    private static ValueType scalar(
            Class<?> type, String sqlType, Set<String> columns, Function<String, Object> fromText) {
        return new ValueType(type, sqlType, columns, NONE, SAME, SAME, Object::toString, fromText);
    }

    // ISO 8601 puts a plus before years beyond 9999, and PostgreSQL takes it for something else.
    private static ValueType temporal(Class<?> type, String sqlType, Function<String, Object> fromText) {
        Function<Object, String> toText = value -> {
            String text = value.toString();
            return text.startsWith("+") ? text.substring(1) : text;
        };
        Function<String, Object> parser = text -> fromText.apply(text.indexOf('-') > 4 ? "+" + text : text);
        return new ValueType(type, sqlType, Set.of(sqlType), NONE, SAME, SAME, toText, parser);
    }

    private static ValueType enumeration(Class<?> type) {
        Map<String, Object> constants = Arrays.stream(type.getEnumConstants())
                .collect(Collectors.toUnmodifiableMap(constant -> ((Enum<?>) constant).name(), Function.identity()));
        Function<String, Object> byName = name -> {
            Object constant = constants.get(name);
            if (constant == null) {
                throw new IllegalArgumentException("%s has no constant '%s' (expected one of: %s)"
                        .formatted(type.getSimpleName(), name, Arrays.toString(type.getEnumConstants())));
            }
            return constant;
        };
        return new ValueType(
                type,
                "unknown",
                Set.of("text", "character varying", "enum"),
                NONE,
                SAME,
                SAME,
                constant -> ((Enum<?>) constant).name(),
                byName);
    }

    private static @Nullable ValueType arrayOf(Class<?> element) {
        ValueType of = element.isPrimitive() || element.isArray() ? null : ofClass(element);
        if (of == null) {
            return null;
        }
        return many(
                of,
                array -> encode(of, Arrays.asList((Object[]) array)),
                array -> {
                    List<@Nullable Object> values = decode(of, (@Nullable Object[]) array);
                    return values.toArray((Object[]) Array.newInstance(element, values.size()));
                },
                array -> Arrays.asList((Object[]) array));
    }

    private static @Nullable ValueType listOf(Class<?> element, Class<?> collection) {
        ValueType of = element.isArray() ? null : ofClass(element);
        if (of == null) {
            return null;
        }
        UnaryOperator<Object> decoder = collection.isAssignableFrom(List.class)
                ? array -> Collections.unmodifiableList(decode(of, (@Nullable Object[]) array))
                : array -> {
                    throw new IllegalStateException(
                            "a %s is not read from a row (expected: List)".formatted(collection.getSimpleName()));
                };
        return many(of, list -> encode(of, (Collection<?>) list), decoder, list -> (Collection<?>) list);
    }

    private static ValueType many(
            ValueType of,
            UnaryOperator<Object> encoder,
            UnaryOperator<Object> decoder,
            Function<Object, Collection<?>> elements) {
        String sqlType = of.wire() == String.class || of.wire().isEnum() ? "text[]" : of.sqlType() + "[]";
        Set<String> columns = of.columnTypes().stream().map(type -> type + "[]").collect(Collectors.toSet());
        Set<String> casts =
                columns.stream().filter(type -> !type.equals(sqlType)).collect(Collectors.toSet());
        return new ValueType(
                of.wire().arrayType(),
                sqlType,
                columns,
                casts,
                encoder,
                decoder,
                values -> literal(of, elements.apply(values)),
                null);
    }

    private static Object encode(ValueType of, Collection<?> values) {
        Object[] array = (Object[]) Array.newInstance(of.wire(), values.size());
        int i = 0;
        for (Object value : values) {
            array[i++] = value == null ? null : of.encode(value);
        }
        return array;
    }

    private static List<@Nullable Object> decode(ValueType of, @Nullable Object[] array) {
        List<@Nullable Object> values = new ArrayList<>(array.length);
        for (Object value : array) {
            values.add(value == null ? null : of.decode(value));
        }
        return values;
    }

    private static String literal(ValueType of, Collection<?> values) {
        return values.stream()
                .map(value -> value == null ? "NULL" : quoted(of.toText(value)))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static Boolean strictBoolean(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }
}

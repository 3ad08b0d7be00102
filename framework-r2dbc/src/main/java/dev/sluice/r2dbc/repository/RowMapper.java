package dev.sluice.r2dbc.repository;

import dev.sluice.repository.InvalidMappingException;
import io.r2dbc.spi.Readable;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes values of rows whose columns only the database knows: records by the names of their columns, scalars.
 */
final class RowMapper {

    private RowMapper() {}

    /**
     * A mapper to an {@link Optional}, because the only column of a row may be NULL.
     *
     * @param operation names the statement in errors
     * @param type a record or a scalar type
     * @throws InvalidMappingException if it is neither
     */
    static Function<Readable, Optional<Object>> of(String operation, Type type) {
        ValueType scalar = ValueTypes.of(type);
        if (scalar != null) {
            return row -> Optional.ofNullable(scalar.read(row, 0));
        }
        if (type instanceof Class<?> record && record.isRecord()) {
            return record(operation, record);
        }
        throw new InvalidMappingException(
                operation,
                "rows cannot be read as %s (expected: a record, or the type of a single column)"
                        .formatted(type.getTypeName()));
    }

    private static Function<Readable, Optional<Object>> record(String operation, Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        ValueType[] types = new ValueType[components.length];
        String[] columns = new String[components.length];
        for (int i = 0; i < components.length; i++) {
            ValueType values = ValueTypes.of(components[i].getGenericType());
            if (values == null) {
                throw new InvalidMappingException(
                        operation,
                        "component '%s' of %s has the type %s, which is not supported"
                                .formatted(
                                        components[i].getName(),
                                        type.getSimpleName(),
                                        components[i].getGenericType().getTypeName()));
            }
            types[i] = values;
            columns[i] = EntityCompiler.columnOf(components[i]);
        }
        RecordMaker<?> maker = new RecordMaker<>(type);
        return row -> {
            @Nullable Object[] values = new @Nullable Object[types.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = read(operation, type, row, types[i], columns[i]);
            }
            return Optional.of(maker.make(values));
        };
    }

    private static @Nullable Object read(
            String operation, Class<?> type, Readable row, ValueType values, String column) {
        try {
            return values.read(row, column);
        } catch (NoSuchElementException e) {
            throw new InvalidMappingException(
                    operation,
                    "%s wants a column '%s', which the statement does not answer"
                            .formatted(type.getSimpleName(), column));
        }
    }
}

package dev.sluice.r2dbc.session;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.math.BigDecimal;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A row of values that the driver has decoded as it likes best. Asked for another type it converts numbers to numbers, and
 * anything to text.
 */
final class KeptRow implements Row {

    private final RowMetadata metadata;
    private final @Nullable Object[] values;

    private KeptRow(RowMetadata metadata, @Nullable Object[] values) {
        this.metadata = metadata;
        this.values = values;
    }

    static Row of(Row row) {
        RowMetadata metadata = row.getMetadata();
        @Nullable
        Object[] values = new @Nullable Object[metadata.getColumnMetadatas().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(i);
        }
        return new KeptRow(metadata, values);
    }

    @Override
    public RowMetadata getMetadata() {
        return metadata;
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        List<? extends ColumnMetadata> columns = metadata.getColumnMetadatas();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).getName().equalsIgnoreCase(name)) {
                return get(i, type);
            }
        }
        throw new NoSuchElementException("column '%s' is not in the result".formatted(name));
    }

    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        if (index < 0 || index >= values.length) {
            throw new IndexOutOfBoundsException("column %d (expected: 0 to %d)".formatted(index, values.length - 1));
        }
        Object value = values[index];
        return value == null ? null : type.cast(converted(value, type));
    }

    private static Object converted(Object value, Class<?> type) {
        if (type.isInstance(value)) {
            return value;
        }
        if (type == String.class) {
            return value.toString();
        }
        if (value instanceof Number number) {
            BigDecimal exact = new BigDecimal(number.toString());
            if (type == Integer.class) {
                return exact.intValueExact();
            }
            if (type == Long.class) {
                return exact.longValueExact();
            }
            if (type == Double.class) {
                return exact.doubleValue();
            }
            if (type == BigDecimal.class) {
                return exact;
            }
        }
        throw new IllegalArgumentException(
                "a column of %s cannot be read as %s".formatted(value.getClass().getName(), type.getName()));
    }
}

package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.r2dbc.postgresql.codec.Codecs;
import io.r2dbc.postgresql.message.backend.RowDescription;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Reads the row that has just arrived. One instance serves all rows of a result, so a mapper must not keep it.
 */
final class WireRow implements DetachableRow {

    private final RowShape shape;
    private final Codecs codecs;
    private @Nullable ByteBuf[] columns = new @Nullable ByteBuf[0];

    WireRow(RowShape shape, Codecs codecs) {
        this.shape = shape;
        this.codecs = codecs;
    }

    WireRow at(@Nullable ByteBuf[] row) {
        this.columns = row;
        return this;
    }

    @Override
    public Row detached() {
        @Nullable ByteBuf[] copies = new @Nullable ByteBuf[columns.length];
        for (int i = 0; i < copies.length; i++) {
            ByteBuf column = columns[i];
            copies[i] = column == null ? null : Unpooled.copiedBuffer(column);
        }
        return new WireRow(shape, codecs).at(copies);
    }

    @Override
    public RowMetadata getMetadata() {
        return shape;
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        return get(shape.indexOf(name), type);
    }

    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        if (index < 0 || index >= columns.length) {
            throw shape.outOfBounds(index);
        }
        ByteBuf column = columns[index];
        RowDescription.Field field = shape.fields[index];
        if (column == null) {
            return nullAs(type, field.getName());
        }
        int start = column.readerIndex();
        try {
            Object value = codecs.decode(column, field.getDataType(), field.getFormat(), DriverTypes.toDecode(type));
            return DriverTypes.fromDriver(value, type);
        } finally {
            column.readerIndex(start);
        }
    }

    private static <T> @Nullable T nullAs(Class<T> type, String column) {
        if (type.isPrimitive()) {
            throw new IllegalStateException(
                    "column '%s' is NULL, and %s cannot be; ask for its wrapper".formatted(column, type.getName()));
        }
        return null;
    }
}

package dev.sluice.r2dbc.session;

import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import org.jspecify.annotations.Nullable;

/** A row of the driver that knows the types of {@link DriverTypes} too. */
record SpiRow(Row row) implements DetachableRow {

    @Override
    public Row detached() {
        return KeptRow.of(row);
    }

    @Override
    public RowMetadata getMetadata() {
        return row.getMetadata();
    }

    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        return DriverTypes.fromDriver(row.get(index, DriverTypes.toDecode(type)), type);
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        return DriverTypes.fromDriver(row.get(name, DriverTypes.toDecode(type)), type);
    }
}

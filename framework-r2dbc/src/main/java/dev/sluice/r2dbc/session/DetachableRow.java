package dev.sluice.r2dbc.session;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Row;

/** A row that can be made to outlive its result. */
public interface DetachableRow extends Row {

    /** @return a row of the same content that may be kept, and read by any thread */
    Row detached();

    /**
     * Makes a row that may be kept.
     *
     * @param row a row as {@link Session} hands it to a mapper
     * @return the row, detached
     */
    static Row detach(Readable row) {
        if (row instanceof DetachableRow detachable) {
            return detachable.detached();
        }
        throw new IllegalArgumentException(
                "%s cannot be detached from its result".formatted(row.getClass().getName()));
    }
}

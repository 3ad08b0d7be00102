package dev.sluice.r2dbc.schema;

/**
 * A write of one relation that changes another, or more than the row that it names.
 *
 * @param of the qualified name of the relation that is written
 * @param on the qualified name of the relation that changes
 * @param kind how
 */
public record Influence(String of, String on, Kind kind) {

    /** How a write of one relation changes another. */
    public enum Kind {
        /** A foreign key with {@code ON DELETE CASCADE}, {@code SET NULL} or {@code SET DEFAULT}. */
        ON_DELETE,
        /** A foreign key with such an action {@code ON UPDATE}, to a unique key that is not the primary one. */
        ON_UPDATE,
        /** A foreign key with such an action {@code ON UPDATE}, to the primary key. */
        ON_UPDATE_OF_ID,
        /** A partition and its table, or a table and the one that it inherits from: rows of one are rows of the other. */
        SAME_ROWS,
        /** A view of it. */
        VIEW,
        /** Its own: ids that are equal may be written differently, so it is not known which row a write means. */
        ALIKE_IDS
    }
}

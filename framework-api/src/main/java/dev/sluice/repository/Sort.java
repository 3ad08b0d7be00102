package dev.sluice.repository;

/**
 * One element of an order. Nulls come last in both directions.
 *
 * @param property a component of the entity
 * @param direction ascending or descending
 */
public record Sort(String property, Direction direction) {

    /** The direction of an order. */
    public enum Direction {
        /** Smallest first. */
        ASCENDING,
        /** Largest first. */
        DESCENDING
    }

    /**
     * Smallest first.
     *
     * @param property a component of the entity
     * @return the order
     */
    public static Sort ascending(String property) {
        return new Sort(property, Direction.ASCENDING);
    }

    /**
     * Largest first.
     *
     * @param property a component of the entity
     * @return the order
     */
    public static Sort descending(String property) {
        return new Sort(property, Direction.DESCENDING);
    }
}

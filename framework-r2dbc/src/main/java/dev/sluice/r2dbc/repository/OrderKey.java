package dev.sluice.r2dbc.repository;

/**
 * One element of a total order; nulls come last in both directions.
 *
 * @param property what is compared
 * @param descending largest first
 */
record OrderKey(Property property, boolean descending) {

    boolean nullable() {
        return property.column().nullable();
    }

    /**
     * As ORDER BY wants it. An index on a column that is NOT NULL is used only if nulls are not mentioned.
     */
    String orderBy() {
        return property.quoted() + (descending ? (nullable() ? " desc nulls last" : " desc") : "");
    }

    /** Names it within a cursor's scope. */
    String spec() {
        return property.name() + (descending ? ":desc" : ":asc");
    }
}

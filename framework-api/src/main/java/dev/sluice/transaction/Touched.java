package dev.sluice.transaction;

import java.util.Set;

/**
 * What a transaction wrote.
 *
 * @param tables the qualified names of tables of which some rows changed and it is not known which, also by actions of foreign keys
 * @param rows rows that are known to have changed
 */
public record Touched(Set<String> tables, Set<Row> rows) {

    /** Nothing. */
    public static final Touched NOTHING = new Touched(Set.of(), Set.of());

    /** Copies the sets. */
    public Touched {
        tables = Set.copyOf(tables);
        rows = Set.copyOf(rows);
    }

    /**
     * A row.
     *
     * @param table the qualified name of its table
     * @param id its id within the tenant
     */
    public record Row(String table, Object id) {}
}

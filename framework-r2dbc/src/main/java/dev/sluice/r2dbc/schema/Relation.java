package dev.sluice.r2dbc.schema;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table or view of the live catalog.
 *
 * @param schema its schema
 * @param name its name
 * @param kind what it is
 * @param columns its columns, in order
 * @param primaryKey the columns of its primary key, in order; empty if it has none
 * @param uniqueKeys the columns of each key that {@code ON CONFLICT} can name: the primary key and unique indexes over
 *     columns, without a condition, not deferrable
 * @param refusal why hand-written SQL may not use it; null unless it is {@link Kind#REFUSED}
 */
public record Relation(
        String schema,
        String name,
        Kind kind,
        List<Column> columns,
        List<String> primaryKey,
        List<List<String>> uniqueKeys,
        @Nullable String refusal) {

    /** What a relation is, to Sluice. */
    public enum Kind {
        /** A table with the tenant column. */
        TENANT_OWNED,
        /** A table that the settings declare to belong to no tenant. */
        SHARED,
        /** A view that the settings declare safe. */
        DECLARED_VIEW,
        /** Anything else; hand-written SQL may not use it. */
        REFUSED
    }

    /**
     * A column.
     *
     * @param name its name
     * @param type its type as {@code format_type} prints it, {@code character varying(20)}
     * @param typeOid the OID of its type
     * @param nullable whether it may be null
     * @param enumeration whether its type is an enum
     * @param hasDefault whether an INSERT may leave it out: it has a default, is an identity or is generated
     * @param generated whether it takes no value: {@code GENERATED ALWAYS}, stored or identity
     */
    public record Column(
            String name,
            String type,
            int typeOid,
            boolean nullable,
            boolean enumeration,
            boolean hasDefault,
            boolean generated) {

        /** A column without default. */
        public Column(String name, String type, int typeOid, boolean nullable, boolean enumeration) {
            this(name, type, typeOid, nullable, enumeration, false, false);
        }
    }

    /** A relation whose only unique key is its primary key. */
    public Relation(String schema, String name, Kind kind, List<Column> columns, List<String> primaryKey) {
        this(schema, name, kind, columns, primaryKey, keysOf(primaryKey), null);
    }

    /** Copies the lists. */
    public Relation {
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
        uniqueKeys = uniqueKeys.stream().map(List::copyOf).toList();
    }

    /**
     * Finds a column.
     *
     * @param column its name
     * @return the column, if there is one
     */
    public Optional<Column> column(String column) {
        return columns.stream().filter(c -> c.name().equals(column)).findFirst();
    }

    /** @return schema and name */
    public String qualifiedName() {
        return schema + "." + name;
    }

    private static List<List<String>> keysOf(List<String> primaryKey) {
        return primaryKey.isEmpty() ? List.of() : List.of(primaryKey);
    }
}

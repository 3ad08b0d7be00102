package dev.sluice.r2dbc.repository;

import dev.sluice.r2dbc.schema.Relation;
import dev.sluice.r2dbc.schema.WriteEffects;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A record and its table, checked against the catalog. Reads a row by the positions of {@link #columns()}.
 *
 * @param <T> the record
 */
final class Entity<T> implements Function<Readable, T> {

    private final Class<T> type;
    private final Relation relation;
    private final WriteEffects.OfRow effects;
    private final List<Property> properties;
    private final Property id;
    private final @Nullable Property version;
    private final RecordMaker<T> maker;
    private final ValueType[] types;

    Entity(
            Class<T> type,
            Relation relation,
            WriteEffects.OfRow effects,
            List<Property> properties,
            Property id,
            @Nullable Property version) {
        this.type = type;
        this.relation = relation;
        this.effects = effects;
        this.properties = List.copyOf(properties);
        this.id = id;
        this.version = version;
        this.maker = new RecordMaker<>(type);
        this.types = properties.stream().map(Property::type).toArray(ValueType[]::new);
    }

    Class<T> type() {
        return type;
    }

    String name() {
        return type.getSimpleName();
    }

    List<Property> properties() {
        return properties;
    }

    Property id() {
        return id;
    }

    @Nullable
    Property version() {
        return version;
    }

    boolean isId(Property property) {
        return property.index() == id.index();
    }

    boolean isVersion(Property property) {
        return version != null && property.index() == version.index();
    }

    /** Whether the database makes ids where an entity has none. */
    boolean makesIds() {
        return id.column().hasDefault();
    }

    Optional<Property> property(String name) {
        return properties.stream()
                .filter(property -> property.name().equals(name))
                .findFirst();
    }

    Optional<Property> propertyOfColumn(String column) {
        return properties.stream()
                .filter(property -> property.column().name().equals(column))
                .findFirst();
    }

    /** Whether ids that the database takes for the same are the same in Java. */
    boolean hasPlainIds() {
        return effects.plainIds();
    }

    /** The table's name in plans. */
    String table() {
        return relation.qualifiedName();
    }

    /** What changes beside a row that is written. */
    WriteEffects.OfRow effects() {
        return effects;
    }

    /** The table's name in SQL. */
    String quotedTable() {
        return SqlWriter.quote(relation.schema()) + "." + SqlWriter.quote(relation.name());
    }

    /** All columns, in the order in which rows are read. */
    String columns() {
        return properties.stream().map(Property::quoted).collect(Collectors.joining(", "));
    }

    @Override
    public T apply(Readable row) {
        @Nullable Object[] values = new @Nullable Object[types.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = types[i].read(row, i);
        }
        return maker.make(values);
    }
}

package dev.sluice.r2dbc.repository;

import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.r2dbc.schema.Relation;
import dev.sluice.repository.Column;
import dev.sluice.repository.Id;
import dev.sluice.repository.InvalidMappingException;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.Version;
import java.lang.annotation.Annotation;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks a record against the live catalog, and says what is missing by entity, column and expectation. */
final class EntityCompiler {

    private final Catalog catalog;

    EntityCompiler(Catalog catalog) {
        this.catalog = catalog;
    }

    <T> Entity<T> compile(Class<T> type) {
        Relation relation = relationOf(type);
        List<Property> properties = new ArrayList<>();
        RecordComponent[] components = type.getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            properties.add(property(type, relation, components[i], i));
        }
        requireDistinctColumns(type, properties);
        requireColumnsCovered(type, relation, properties);
        Property id = marked(type, components, properties, Id.class);
        if (id == null) {
            throw invalid(type.getName(), "no component is marked @Id (expected: exactly one)");
        }
        requireKey(type, relation, id);
        return new Entity<>(
                type,
                relation,
                catalog.effects().ofRow(relation.qualifiedName()),
                properties,
                id,
                version(type, components, properties));
    }

    /** The column of a component: its own name, or {@link Column}. */
    static String columnOf(RecordComponent component) {
        Column column = component.getAnnotation(Column.class);
        return column != null ? column.value() : snakeCase(component.getName());
    }

    /** {@code scenarioId} is {@code scenario_id}; an upper-case run is one word, as in {@code jsonURL}. */
    static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("([A-Z])([A-Z][a-z])", "$1_$2")
                .toLowerCase(java.util.Locale.ROOT);
    }

    private Relation relationOf(Class<?> type) {
        TenantOwned owned = type.getAnnotation(TenantOwned.class);
        if (!type.isRecord() || owned == null) {
            throw invalid(type.getName(), "is no entity (expected: a record marked @TenantOwned(\"table\"))");
        }
        Relation relation = catalog.find(owned.value())
                .orElseThrow(() -> invalid(
                        type.getName(),
                        "table '%s' does not exist in %s, or the application role may not read it"
                                .formatted(owned.value(), catalog.searchPath())));
        if (relation.kind() != Relation.Kind.TENANT_OWNED) {
            throw invalid(
                    type.getName(),
                    "table '%s' is not tenant-owned: it has no column '%s %s'"
                            .formatted(
                                    owned.value(),
                                    catalog.tenantColumn().name(),
                                    SqlWriter.typeOf(catalog.tenantColumn())));
        }
        return relation;
    }

    private Property property(Class<?> type, Relation relation, RecordComponent component, int index) {
        String element = type.getName() + "." + component.getName();
        String name = columnOf(component);
        if (name.equals(catalog.tenantColumn().name())) {
            throw invalid(element, "is the tenant column (expected: no such component; Sluice writes and filters it)");
        }
        Relation.Column column = relation.column(name)
                .orElseThrow(() -> invalid(
                        element,
                        "table '%s' has no column '%s' (expected one of: %s)"
                                .formatted(relation.name(), name, names(relation.columns()))));
        ValueType values = ValueTypes.of(component.getGenericType());
        if (values == null) {
            throw invalid(
                    element,
                    "type %s is not supported; column '%s' is %s"
                            .formatted(component.getGenericType().getTypeName(), name, column.type()));
        }
        if (!values.fits(column)) {
            throw invalid(
                    element,
                    "column '%s' is %s, which %s does not hold (expected: %s)"
                            .formatted(
                                    name,
                                    column.type(),
                                    component.getGenericType().getTypeName(),
                                    values.columnTypes().stream().sorted().collect(Collectors.joining(" or "))));
        }
        return new Property(index, component.getName(), column, values, RecordMaker.accessor(type, component));
    }

    private void requireColumnsCovered(Class<?> type, Relation relation, List<Property> properties) {
        Set<String> covered =
                properties.stream().map(property -> property.column().name()).collect(Collectors.toSet());
        String missing = relation.columns().stream()
                .filter(column -> !column.nullable() && !column.hasDefault())
                .map(Relation.Column::name)
                .filter(name -> !name.equals(catalog.tenantColumn().name()) && !covered.contains(name))
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw invalid(
                    type.getName(),
                    "no component for %s of table '%s' (expected: one each, as the columns are NOT NULL without default)"
                            .formatted(missing, relation.name()));
        }
    }

    private static void requireDistinctColumns(Class<?> type, List<Property> properties) {
        Set<String> seen = new java.util.HashSet<>();
        for (Property property : properties) {
            if (!seen.add(property.column().name())) {
                throw invalid(
                        type.getName() + "." + property.name(),
                        "column '%s' has another component already (expected: one)"
                                .formatted(property.column().name()));
            }
        }
    }

    private void requireKey(Class<?> type, Relation relation, Property id) {
        Set<String> expected = Set.of(catalog.tenantColumn().name(), id.column().name());
        if (relation.primaryKey().size() != 2 || !expected.equals(Set.copyOf(relation.primaryKey()))) {
            throw invalid(
                    type.getName(),
                    "the primary key of table '%s' is (%s) (expected: (%s, %s))"
                            .formatted(
                                    relation.name(),
                                    String.join(", ", relation.primaryKey()),
                                    catalog.tenantColumn().name(),
                                    id.column().name()));
        }
        if (!id.type().isOrdered()) {
            throw invalid(type.getName() + "." + id.name(), "an id must have an order (expected: a scalar type)");
        }
    }

    private static @Nullable Property version(Class<?> type, RecordComponent[] components, List<Property> properties) {
        Property version = marked(type, components, properties, Version.class);
        if (version != null) {
            Class<?> wire = version.type().wire();
            if (wire != Long.class && wire != Integer.class) {
                throw invalid(
                        type.getName() + "." + version.name(),
                        "@Version is %s (expected: long or int)".formatted(wire.getSimpleName()));
            }
        }
        return version;
    }

    private static @Nullable Property marked(
            Class<?> type,
            RecordComponent[] components,
            List<Property> properties,
            Class<? extends Annotation> annotation) {
        Property found = null;
        for (int i = 0; i < components.length; i++) {
            if (components[i].isAnnotationPresent(annotation)) {
                if (found != null) {
                    throw invalid(
                            type.getName(),
                            "components '%s' and '%s' are both marked @%s (expected: one)"
                                    .formatted(found.name(), components[i].getName(), annotation.getSimpleName()));
                }
                found = properties.get(i);
            }
        }
        return found;
    }

    private static String names(List<Relation.Column> columns) {
        return columns.stream().map(Relation.Column::name).collect(Collectors.joining(", "));
    }

    private static InvalidMappingException invalid(String element, String reason) {
        return new InvalidMappingException(element, reason);
    }
}

package dev.sluice.r2dbc.schema;

import dev.sluice.TenantColumn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An immutable view of the live catalog, read at start.
 *
 * @param tenantColumn the column that says whose a row is
 * @param relations all relations that the application role can reach, by qualified name
 * @param searchPath the schemas that an unqualified name is looked up in, in order
 * @param declaredFunctions functions that the settings declare safe, lower case, without schema or qualified
 * @param volatileFunctions built-in and declared functions that PostgreSQL calls volatile: not for replicas
 * @param builtInFunctions functions of PostgreSQL that no function of the user can be mistaken for, without those that
 *     run SQL text, change settings or reach large objects; empty if the catalog was not read from a database
 * @param effects which relations change when one is written
 */
public record Catalog(
        TenantColumn tenantColumn,
        Map<String, Relation> relations,
        List<String> searchPath,
        Set<String> declaredFunctions,
        Set<String> volatileFunctions,
        Set<String> builtInFunctions,
        WriteEffects effects) {

    /** A catalog that knows no built-in function but the volatile ones. */
    public Catalog(
            TenantColumn tenantColumn,
            Map<String, Relation> relations,
            List<String> searchPath,
            Set<String> declaredFunctions,
            Set<String> volatileFunctions) {
        this(
                tenantColumn,
                relations,
                searchPath,
                declaredFunctions,
                volatileFunctions,
                Set.of(),
                new WriteEffects(relations.values(), List.of()));
    }

    /** Copies the collections. */
    public Catalog {
        relations = Map.copyOf(relations);
        searchPath = List.copyOf(searchPath);
        declaredFunctions = Set.copyOf(declaredFunctions);
        volatileFunctions = Set.copyOf(volatileFunctions);
        builtInFunctions = Set.copyOf(builtInFunctions);
    }

    /**
     * Makes a catalog of relations.
     *
     * @param tenantColumn the column that says whose a row is
     * @param relations the relations
     * @param searchPath the schemas that an unqualified name is looked up in
     * @return the catalog, with nothing declared
     */
    public static Catalog of(TenantColumn tenantColumn, List<Relation> relations, List<String> searchPath) {
        Map<String, Relation> byName =
                relations.stream().collect(Collectors.toMap(Relation::qualifiedName, Function.identity()));
        return new Catalog(tenantColumn, byName, searchPath, Set.of(), Set.of());
    }

    /**
     * Finds a relation as PostgreSQL would.
     *
     * @param name its name as the catalog spells it (folded to lower case unless quoted), optionally with schema
     * @return the relation, if there is one
     */
    public Optional<Relation> find(String name) {
        if (name.indexOf('.') >= 0) {
            return Optional.ofNullable(relations.get(name));
        }
        return searchPath.stream()
                .map(schema -> relations.get(schema + "." + name))
                .filter(java.util.Objects::nonNull)
                .findFirst();
    }
}

package dev.sluice.r2dbc.schema;

import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.r2dbc.schema.Relation.Column;
import dev.sluice.r2dbc.schema.Relation.Kind;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides what a relation is to Sluice. */
final class RelationKinds {

    private static final Set<String> OF_POSTGRESQL = Set.of("pg_catalog", "information_schema");

    private final TenantColumn tenantColumn;
    private final Set<String> shared;
    private final Set<String> declared;

    /**
     * @param names the qualified names of all relations in reach
     * @param searchPath where names without schema are looked up
     */
    RelationKinds(SluiceSettings settings, Collection<String> names, List<String> searchPath) {
        tenantColumn = settings.tenantColumn();
        Set<String> known = new HashSet<>(names);
        shared = resolve(settings.sharedTables(), known, searchPath);
        declared = resolve(settings.declared(), known, searchPath);
    }

    /** Whether a schema is PostgreSQL's own. */
    static boolean isOfPostgresql(String schema) {
        return OF_POSTGRESQL.contains(schema);
    }

    /** Why it may not be used; null if it may. */
    record Verdict(Kind kind, @Nullable String refusal) {}

    Verdict of(String schema, String name, char relkind, List<Column> columns) {
        String qualified = schema + "." + name;
        boolean ofPostgresql = isOfPostgresql(schema);
        boolean table = relkind == 'r' || relkind == 'p';
        if (shared.contains(qualified)) {
            return new Verdict(Kind.SHARED, null);
        }
        if (declared.contains(qualified) && (ofPostgresql || !table)) {
            return new Verdict(Kind.DECLARED_VIEW, null);
        }
        if (ofPostgresql) {
            return refused("it is PostgreSQL's own and not declared");
        }
        return table ? ofTable(columns) : refused("it is a %s and not declared".formatted(word(relkind)));
    }

    private Verdict ofTable(List<Column> columns) {
        Optional<Column> column = columns.stream()
                .filter(c -> c.name().equals(tenantColumn.name()))
                .findFirst();
        if (column.isEmpty()) {
            return refused("it has no column %s and is not declared shared".formatted(tenantColumn.name()));
        }
        if (!TenantType.of(tenantColumn).matches(column.get().typeOid())) {
            return refused("its column %s is %s, not %s"
                    .formatted(
                            tenantColumn.name(),
                            column.get().type(),
                            TenantType.of(tenantColumn).sql()));
        }
        return new Verdict(Kind.TENANT_OWNED, null);
    }

    private static Verdict refused(String why) {
        return new Verdict(Kind.REFUSED, why);
    }

    private static String word(char relkind) {
        return switch (relkind) {
            case 'v' -> "view";
            case 'm' -> "materialized view";
            default -> "foreign table";
        };
    }

    private static Set<String> resolve(List<String> names, Set<String> known, List<String> searchPath) {
        Set<String> resolved = new HashSet<>();
        for (String name : names) {
            if (name.indexOf('.') >= 0) {
                resolved.add(name);
            } else {
                searchPath.stream()
                        .map(schema -> schema + "." + name)
                        .filter(known::contains)
                        .findFirst()
                        .ifPresent(resolved::add);
            }
        }
        return resolved;
    }
}

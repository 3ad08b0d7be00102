package dev.sluice.r2dbc.sql;

import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.r2dbc.schema.Relation;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The functions that statements may call, and the columns that could be mistaken for one. */
final class Functions {

    /** They run SQL text, read files, reach large objects, or change what outlives the transaction. */
    private static final Pattern HARMFUL = Pattern.compile("pg_.*|lo_.*|loread|lowrite|.*_to_xml.*|set_config|setval"
            + "|ts_stat|ts_rewrite|dblink.*|binary_upgrade_.*|.*_clean_pending_list|brin_.*");

    private static final Set<String> HARMLESS = Set.of(
            "pg_advisory_xact_lock",
            "pg_advisory_xact_lock_shared",
            "pg_try_advisory_xact_lock",
            "pg_try_advisory_xact_lock_shared",
            "pg_backend_pid",
            "pg_collation_for",
            "pg_column_size",
            "pg_current_xact_id",
            "pg_current_xact_id_if_assigned",
            "pg_input_is_valid",
            "pg_is_in_recovery",
            "pg_size_bytes",
            "pg_size_pretty",
            "pg_sleep",
            "pg_sleep_for",
            "pg_sleep_until",
            "pg_typeof");

    /** What functions in FROM call their columns if the statement does not. */
    private static final Set<String> RESULTS = Set.of("key", "value", "ordinality");

    private final Catalog catalog;
    private final Set<String> columns;

    Functions(Catalog catalog) {
        this.catalog = catalog;
        columns = catalog.relations().values().stream()
                .map(Relation::columns)
                .flatMap(list -> list.stream().map(Relation.Column::name))
                .collect(Collectors.toUnmodifiableSet());
    }

    boolean isDeclared(String name) {
        return catalog.declaredFunctions().contains(name);
    }

    /** Whether PostgreSQL alone has functions of that name. */
    boolean isBuiltIn(String name) {
        return catalog.builtInFunctions().contains(name);
    }

    boolean isVolatile(String name) {
        return catalog.volatileFunctions().contains(name);
    }

    boolean isHarmful(String name) {
        return HARMFUL.matcher(name).matches() && !HARMLESS.contains(name);
    }

    /** Whether a relation, or a function of PostgreSQL in FROM, has a column of that name. */
    boolean isColumn(String name) {
        return columns.contains(name)
                || RESULTS.contains(name)
                || name.equals(catalog.tenantColumn().name())
                || isDeclared(name);
    }
}

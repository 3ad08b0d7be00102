package dev.sluice.r2dbc.repository;

import dev.sluice.TenantColumn;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.sql.StatementPlan.Binding;
import dev.sluice.r2dbc.sql.StatementPlan.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Writes one generated statement and counts its parameters; {@code $1} is always the tenant. Not thread-safe.
 */
final class SqlWriter {

    private final StringBuilder sql = new StringBuilder();
    private final List<Slot> slots = new ArrayList<>();
    private final List<String> types = new ArrayList<>();

    SqlWriter(TenantColumn tenant) {
        slots.add(new Slot.Tenant());
        types.add(typeOf(tenant));
    }

    static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    static String typeOf(TenantColumn tenant) {
        return tenant.type().name().toLowerCase(Locale.ROOT);
    }

    SqlWriter add(String text) {
        sql.append(text);
        return this;
    }

    /**
     * The next parameter, which takes the argument of this position; what is to be added where it belongs.
     */
    String argument(int index, String name, String sqlType) {
        slots.add(new Slot.Argument(index, name));
        types.add(sqlType);
        return "$" + slots.size();
    }

    /** The next parameter, for values of a property. */
    String argument(int index, Property property) {
        return argument(index, property.name(), property.type().sqlType()) + property.cast();
    }

    CompiledStatement read(String name, String table, boolean replicaSafe) {
        return compiled(new StatementPlan(
                name, sql.toString(), new Binding(slots), Set.of(table), Set.of(), replicaSafe, true));
    }

    CompiledStatement write(String name, Set<String> changed, boolean returnsRows) {
        return compiled(
                new StatementPlan(name, sql.toString(), new Binding(slots), Set.of(), changed, false, returnsRows));
    }

    private CompiledStatement compiled(StatementPlan plan) {
        return new CompiledStatement(plan, types);
    }
}

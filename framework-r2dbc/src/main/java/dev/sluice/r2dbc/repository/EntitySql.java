package dev.sluice.r2dbc.repository;

import dev.sluice.TenantColumn;
import dev.sluice.r2dbc.session.SharedRead;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Generates the statements of an entity; each carries the tenant. */
final class EntitySql {

    private final Entity<?> entity;
    private final TenantColumn tenant;
    private final String tenantIs;

    EntitySql(Entity<?> entity, TenantColumn tenant) {
        this.entity = entity;
        this.tenant = tenant;
        this.tenantIs = SqlWriter.quote(tenant.name()) + " = $1";
    }

    CompiledStatement findById(String name) {
        SqlWriter sql = select(entity.columns());
        return sql.add(" and " + idIs(sql, 0))
                .read(name, entity.table(), true)
                .asPointRead(entity.hasPlainIds() ? together(name) : null);
    }

    // The tenant is the first parameter of both.
    private SharedRead together(String name) {
        Property id = entity.id();
        Class<?> type = id.type().wire();
        return new SharedRead(findAllById(name).plan().sql(), 1, type, row -> row.get(id.index(), type));
    }

    CompiledStatement findAllById(String name) {
        SqlWriter sql = select(entity.columns());
        Property id = entity.id();
        String ids = sql.argument(0, "ids", ValueTypes.collectionOf(id.type()).sqlType());
        String cast = id.cast().isEmpty() ? "" : id.cast() + "[]";
        return sql.add(" and " + id.quoted() + " = any(" + ids + cast + ")").read(name, entity.table(), true);
    }

    CompiledStatement findAll(String name) {
        return select(entity.columns()).add(" order by " + entity.id().quoted()).read(name, entity.table(), true);
    }

    CompiledStatement count(String name) {
        return select("count(*)").read(name, entity.table(), true);
    }

    CompiledStatement exists(String name, boolean replicaSafe) {
        SqlWriter sql = new SqlWriter(tenant);
        sql.add("select exists (select 1 from " + entity.quotedTable() + " where " + tenantIs + " and ");
        CompiledStatement exists = sql.add(idIs(sql, 0) + ")").read(name, entity.table(), replicaSafe);
        // What only the primary may run carries the fence of a lease, and that one may wait for a lock.
        return replicaSafe ? exists.asPointRead(null) : exists;
    }

    /**
     * A page.
     *
     * @param nulls for each key whether the row of the cursor has NULL; null for the first page
     */
    CompiledStatement page(String name, Keyset keyset, @Nullable List<Boolean> nulls) {
        SqlWriter sql = select(entity.columns());
        String limit = sql.argument(0, "limit", "bigint");
        if (nulls != null) {
            List<@Nullable String> parameters = new ArrayList<>();
            for (int i = 0; i < nulls.size(); i++) {
                parameters.add(
                        nulls.get(i)
                                ? null
                                : sql.argument(i + 1, keyset.keys().get(i).property()));
            }
            sql.add(" and " + keyset.behind(parameters));
        }
        return sql.add(" order by " + keyset.orderBy() + " limit " + limit).read(name, entity.table(), true);
    }

    /** Arguments are the values of {@code columns}, in order. */
    CompiledStatement insert(String name, List<Property> columns) {
        SqlWriter sql = new SqlWriter(tenant);
        insertValues(sql, columns);
        return sql.add(" returning " + entity.columns())
                .write(name, with(entity.effects().inserted()), true);
    }

    /**
     * Arguments are arrays of the values of {@code columns} as text: one statement for any number of rows.
     */
    CompiledStatement insertAll(String name, List<Property> columns) {
        SqlWriter sql = new SqlWriter(tenant);
        sql.add("insert into " + entity.quotedTable() + " (" + tenantAnd(columns) + ") select $1::"
                + SqlWriter.typeOf(tenant));
        columns.forEach(column -> sql.add(", r." + column.quoted() + "::" + column.baseType()));
        List<String> arrays = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            arrays.add(sql.argument(i, columns.get(i).name(), "text[]") + "::text[]");
        }
        String names = columns.stream().map(Property::quoted).collect(Collectors.joining(", "));
        return sql.add(" from unnest(" + String.join(", ", arrays) + ") as r(" + names + ")")
                .write(name, with(entity.effects().inserted()), false);
    }

    /** Arguments are the values of {@code columns}, in order. */
    CompiledStatement upsert(String name, List<Property> columns) {
        SqlWriter sql = new SqlWriter(tenant);
        insertValues(sql, columns);
        List<String> sets = new ArrayList<>();
        for (Property column : columns) {
            if (!entity.isId(column) && !entity.isVersion(column)) {
                sets.add(column.quoted() + " = excluded." + column.quoted());
            }
        }
        addVersion(sets, entity.quotedTable() + ".");
        return sql.add(" on conflict (" + SqlWriter.quote(tenant.name()) + ", "
                        + entity.id().quoted() + ") do update set " + String.join(", ", sets) + " returning "
                        + entity.columns())
                .write(name, with(entity.effects().updated()), true);
    }

    /** Arguments are the id, the values of {@code columns}, and the version if there is one. */
    CompiledStatement update(String name, List<Property> columns) {
        SqlWriter sql = new SqlWriter(tenant);
        String id = idIs(sql, 0);
        List<String> sets = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            sets.add(columns.get(i).quoted() + " = " + sql.argument(i + 1, columns.get(i)));
        }
        addVersion(sets, "");
        sql.add("update " + entity.quotedTable() + " set " + String.join(", ", sets) + " where " + tenantIs + " and "
                + id);
        Property version = entity.version();
        if (version != null) {
            sql.add(" and " + version.quoted() + " = " + sql.argument(columns.size() + 1, version));
        }
        return sql.add(" returning " + entity.columns())
                .write(name, with(entity.effects().updated()), true);
    }

    CompiledStatement deleteById(String name) {
        SqlWriter sql = new SqlWriter(tenant);
        sql.add("delete from " + entity.quotedTable() + " where " + tenantIs + " and ");
        return sql.add(idIs(sql, 0)).write(name, with(entity.effects().deleted()), false);
    }

    private Set<String> with(Set<String> others) {
        Set<String> changed = new HashSet<>(others);
        changed.add(entity.table());
        return changed;
    }

    private SqlWriter select(String what) {
        return new SqlWriter(tenant).add("select " + what + " from " + entity.quotedTable() + " where " + tenantIs);
    }

    private String idIs(SqlWriter sql, int index) {
        return entity.id().quoted() + " = " + sql.argument(index, entity.id());
    }

    private void insertValues(SqlWriter sql, List<Property> columns) {
        sql.add("insert into " + entity.quotedTable() + " (" + tenantAnd(columns) + ") values ($1");
        for (int i = 0; i < columns.size(); i++) {
            sql.add(", " + sql.argument(i, columns.get(i)));
        }
        sql.add(")");
    }

    private String tenantAnd(List<Property> columns) {
        return SqlWriter.quote(tenant.name())
                + columns.stream().map(column -> ", " + column.quoted()).collect(Collectors.joining());
    }

    // An entity of nothing but its id still needs something to set.
    private void addVersion(List<String> sets, String qualifier) {
        Property raised = entity.version();
        if (raised != null) {
            sets.add(raised.quoted() + " = " + qualifier + raised.quoted() + " + 1");
        } else if (sets.isEmpty()) {
            sets.add(entity.id().quoted() + " = " + qualifier + entity.id().quoted());
        }
    }
}

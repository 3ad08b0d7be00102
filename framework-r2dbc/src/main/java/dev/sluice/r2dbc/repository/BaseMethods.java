package dev.sluice.r2dbc.repository;

import dev.sluice.TenantColumn;
import dev.sluice.access.Workload;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.transaction.StatementRunner;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.VersionConflictException;
import dev.sluice.transaction.Touched;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The methods of {@link dev.sluice.repository.TenantRepository}, compiled for one entity.
 *
 * @param <T> the entity
 */
final class BaseMethods<T> {

    private final Entity<T> entity;
    private final EntitySql sql;
    private final StatementRunner runner;
    private final Cursors cursors;
    private final int maxRows;
    private final Consumer<CompiledStatement> compiled;

    /** @param compiled is told of each statement */
    BaseMethods(
            Entity<T> entity,
            TenantColumn tenant,
            StatementRunner runner,
            Cursors cursors,
            int maxRows,
            Consumer<CompiledStatement> compiled) {
        this.entity = entity;
        this.sql = new EntitySql(entity, tenant);
        this.runner = runner;
        this.cursors = cursors;
        this.maxRows = maxRows;
        this.compiled = compiled;
    }

    /**
     * Compiles a method.
     *
     * @param method its name
     * @param traits what it says about its calls
     */
    Invoker compile(String method, MethodTraits traits) {
        return switch (method) {
            case "findById" -> findById(traits);
            case "findAllById" -> findAllById(traits);
            case "findAll" -> findAll(traits);
            case "findPage" -> findPage(traits);
            case "stream" -> stream(traits);
            case "insert" -> insert(traits);
            case "insertAll" -> insertAll(traits);
            case "update" -> update(traits);
            case "upsert" -> upsert(traits);
            case "deleteById" -> deleteById(traits);
            case "count" -> count(traits);
            case "existsById" -> existsById(traits);
            default -> throw new IllegalStateException("TenantRepository has no method '" + method + "'");
        };
    }

    private Invoker findById(MethodTraits traits) {
        StatementPlan plan = plan(sql.findById(traits.name()));
        if (plan.shared() != null) {
            compiled.accept(sql.findAllById(traits.name()));
        }
        ValueType id = entity.id().type();
        return arguments -> runner.rows(traits.call(plan, id.encode(required(arguments[0], "id"))), entity, 1)
                .mapNotNull(BaseMethods::first);
    }

    private Invoker findAllById(MethodTraits traits) {
        StatementPlan plan = plan(sql.findAllById(traits.name()));
        ValueType ids = ValueTypes.collectionOf(entity.id().type());
        return arguments -> {
            Collection<?> wanted = (Collection<?>) required(arguments[0], "ids");
            return wanted.isEmpty()
                    ? Flux.empty()
                    : runner.rows(traits.call(plan, ids.encode(List.copyOf(wanted))), entity, maxRows)
                            .flatMapIterable(Function.identity());
        };
    }

    private Invoker findAll(MethodTraits traits) {
        StatementPlan plan = plan(sql.findAll(traits.name()));
        return arguments -> runner.rows(traits.call(plan), entity, maxRows).flatMapIterable(Function.identity());
    }

    private Invoker findPage(MethodTraits traits) {
        PageScan<T> scan = new PageScan<>(
                traits,
                entity,
                List.of(),
                runner,
                cursors,
                (keyset, nulls) ->
                        Mono.just(sql.page(traits.name(), keyset, nulls).plan()));
        Keyset byId = scan.defaultKeyset();
        scan.prepare(byId, null, plan(sql.page(traits.name(), byId, null)));
        scan.prepare(byId, List.of(false), plan(sql.page(traits.name(), byId, List.of(false))));
        return arguments -> scan.page((PageRequest) required(arguments[0], "request"));
    }

    private Invoker stream(MethodTraits declared) {
        MethodTraits traits = declared.workload() == null ? declared.inWorkload(Workload.STREAM) : declared;
        StatementPlan plan = plan(sql.findAll(traits.name()));
        return arguments -> {
            int fetchSize = arguments.length == 0 ? 256 : (Integer) required(arguments[0], "fetchSize");
            if (fetchSize < 1) {
                throw new IllegalArgumentException("fetchSize: %d (expected: >= 1)".formatted(fetchSize));
            }
            return runner.stream(traits.call(plan), entity, fetchSize);
        };
    }

    private Invoker insert(MethodTraits traits) {
        List<Property> columns = insertable(true);
        StatementPlan plan = plan(sql.insert(traits.name(), columns));
        List<Property> withoutId = insertable(false);
        StatementPlan planWithoutId = entity.makesIds() ? plan(sql.insert(traits.name(), withoutId)) : plan;
        return arguments -> {
            Object row = required(arguments[0], "entity");
            Object id = entity.id().of(row);
            return id == null && entity.makesIds()
                    ? one(traits.call(planWithoutId, values(row, withoutId)))
                    : one(traits.callOn(
                            changed(required(id, "id"), entity.effects().inserted()), plan, values(row, columns)));
        };
    }

    private Invoker insertAll(MethodTraits traits) {
        List<Property> columns = insertable(true);
        StatementPlan plan = plan(sql.insertAll(traits.name(), columns));
        List<Property> withoutId = insertable(false);
        StatementPlan planWithoutId = entity.makesIds() ? plan(sql.insertAll(traits.name(), withoutId)) : plan;
        return arguments -> {
            Collection<?> rows = (Collection<?>) required(arguments[0], "entities");
            if (rows.isEmpty()) {
                return Mono.just(0L);
            }
            long ids = rows.stream().filter(row -> entity.id().of(row) != null).count();
            boolean mixed = ids != 0 && ids != rows.size();
            if (mixed || (ids == 0 && !entity.makesIds())) {
                throw new IllegalArgumentException("id: null in %d of %d rows (expected: %s)"
                        .formatted(rows.size() - ids, rows.size(), entity.makesIds() ? "in all or none" : "in none"));
            }
            return ids == 0
                    ? runner.rowsUpdated(traits.call(planWithoutId, texts(rows, withoutId)))
                    : runner.rowsUpdated(traits.call(plan, texts(rows, columns)));
        };
    }

    private Invoker update(MethodTraits traits) {
        List<Property> columns = entity.properties().stream()
                .filter(property -> !entity.isId(property) && !entity.isVersion(property))
                .filter(property -> !property.column().generated())
                .toList();
        StatementPlan plan = plan(sql.update(traits.name(), columns));
        // On the primary: a replica may not have the row yet that was just found in another version.
        StatementPlan exists = plan(sql.exists(traits.name(), false));
        Property version = entity.version();
        return arguments -> {
            Object row = required(arguments[0], "entity");
            Object id = required(entity.id().of(row), "id");
            Touched.Row changed = changed(id, entity.effects().updated());
            List<Object> values = new ArrayList<>(columns.size() + 2);
            values.add(entity.id().type().encode(id));
            columns.forEach(column -> values.add(column.wireOf(row)));
            if (version == null) {
                return one(traits.callOn(changed, plan, values.toArray()));
            }
            Number expected = (Number) required(version.of(row), "version");
            values.add(expected);
            return runner.rows(traits.callOn(changed, plan, values.toArray()), entity, 1)
                    .flatMap(rows -> rows.isEmpty()
                            ? missed(traits, exists, values.get(0), expected.longValue())
                            : Mono.just(rows.get(0)));
        };
    }

    private Mono<T> missed(MethodTraits traits, StatementPlan exists, Object id, long expected) {
        return runner.rows(traits.call(exists, id), row -> isTrue(row.get(0, Boolean.class)), 1)
                .flatMap(found -> found.get(0)
                        ? Mono.error(new VersionConflictException(entity.name(), expected))
                        : Mono.empty());
    }

    private Invoker upsert(MethodTraits traits) {
        List<Property> columns = insertable(true);
        StatementPlan plan = plan(sql.upsert(traits.name(), columns));
        return arguments -> {
            Object row = required(arguments[0], "entity");
            Touched.Row changed = changed(
                    required(entity.id().of(row), "id"), entity.effects().updated());
            return one(traits.callOn(changed, plan, values(row, columns)));
        };
    }

    private Invoker deleteById(MethodTraits traits) {
        StatementPlan plan = plan(sql.deleteById(traits.name()));
        ValueType type = entity.id().type();
        return arguments -> {
            Object id = required(arguments[0], "id");
            Touched.Row changed = changed(id, entity.effects().deleted());
            return runner.rowsUpdated(traits.callOn(changed, plan, type.encode(id)))
                    .map(rows -> rows > 0);
        };
    }

    private Invoker count(MethodTraits traits) {
        StatementPlan plan = plan(sql.count(traits.name()));
        return arguments ->
                runner.rows(traits.call(plan), row -> row.get(0, Long.class), 1).mapNotNull(BaseMethods::first);
    }

    private Invoker existsById(MethodTraits traits) {
        StatementPlan plan = plan(sql.exists(traits.name(), true));
        ValueType id = entity.id().type();
        return arguments -> runner.rows(
                        traits.call(plan, id.encode(required(arguments[0], "id"))),
                        row -> isTrue(row.get(0, Boolean.class)),
                        1)
                .mapNotNull(BaseMethods::first);
    }

    private Mono<T> one(dev.sluice.r2dbc.transaction.Call call) {
        return runner.rows(call, entity, 1).mapNotNull(BaseMethods::first);
    }

    // Not known where other rows of the table change with it.
    private Touched.@Nullable Row changed(Object id, Set<String> others) {
        return others.contains(entity.table()) ? null : new Touched.Row(entity.table(), id);
    }

    private List<Property> insertable(boolean withId) {
        return entity.properties().stream()
                .filter(property -> !property.column().generated())
                .filter(property -> withId || !entity.isId(property))
                .toList();
    }

    private static Object[] values(Object row, List<Property> columns) {
        Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = columns.get(i).wireOf(row);
        }
        return values;
    }

    private static Object[] texts(Collection<?> rows, List<Property> columns) {
        Object[] arrays = new Object[columns.size()];
        for (int i = 0; i < arrays.length; i++) {
            Property column = columns.get(i);
            @Nullable String[] texts = new @Nullable String[rows.size()];
            int at = 0;
            for (Object row : rows) {
                Object value = column.of(row);
                texts[at++] = value == null ? null : column.type().toText(value);
            }
            arrays[i] = texts;
        }
        return arrays;
    }

    private StatementPlan plan(CompiledStatement statement) {
        compiled.accept(statement);
        return statement.plan();
    }

    private static <V> @Nullable V first(List<V> rows) {
        return rows.isEmpty() ? null : rows.get(0);
    }

    private static boolean isTrue(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }

    private static Object required(@Nullable Object value, String name) {
        if (value == null) {
            throw new IllegalArgumentException(name + ": null (expected: a value)");
        }
        return value;
    }
}

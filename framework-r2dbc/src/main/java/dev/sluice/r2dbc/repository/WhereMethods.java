package dev.sluice.r2dbc.repository;

import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.sql.WhereFragment;
import dev.sluice.r2dbc.transaction.StatementRunner;
import dev.sluice.repository.InvalidMappingException;
import dev.sluice.repository.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Compiles methods with {@link Where}: writes the statement around the fragment, which is then scoped as a
 * whole.
 *
 * @param <T> the entity
 */
final class WhereMethods<T> {

    private static final Pattern ORDER_ITEM = Pattern.compile(
            "\"?([A-Za-z_][A-Za-z0-9_$]*)\"?(?:\\s+(asc|desc))?(?:\\s+nulls\\s+(first|last))?",
            Pattern.CASE_INSENSITIVE);
    private static final String LIMIT = "sluice_limit";
    private static final String KEY = "sluice_key_";

    private final Entity<T> entity;
    private final HandWritten handWritten;
    private final StatementRunner runner;
    private final Cursors cursors;
    private final int maxRows;
    private final Consumer<CompiledStatement> compiled;

    /** @param compiled is told of each statement */
    WhereMethods(
            Entity<T> entity,
            HandWritten handWritten,
            StatementRunner runner,
            Cursors cursors,
            int maxRows,
            Consumer<CompiledStatement> compiled) {
        this.entity = entity;
        this.handWritten = handWritten;
        this.runner = runner;
        this.cursors = cursors;
        this.maxRows = maxRows;
        this.compiled = compiled;
    }

    Invoker compile(Where where, String method, MethodTraits traits, ResultShape shape, Parameters parameters) {
        HandWritten.requireSameNames(traits.name(), where.value(), parameters.names());
        WhereFragment fragment = WhereFragment.split(traits.name(), where.value());
        if (parameters.hasPage() != (shape.kind() == ResultShape.Kind.PAGE)) {
            throw new InvalidMappingException(
                    traits.name(), "a page needs both (expected: a PageRequest parameter and Mono<Page<T>>)");
        }
        if (shape.element() == entity.type()) {
            return shape.kind() == ResultShape.Kind.PAGE
                    ? pages(fragment, traits, parameters)
                    : select(fragment, traits, shape, parameters);
        }
        if (fragment.orderBy() != null) {
            throw new InvalidMappingException(traits.name(), "an order means nothing here (expected: no order by)");
        }
        return aggregate(fragment, method, traits, shape, parameters);
    }

    private Invoker aggregate(
            WhereFragment fragment, String method, MethodTraits traits, ResultShape shape, Parameters parameters) {
        String from = " from " + entity.quotedTable() + where(fragment);
        if (method.startsWith("count") && shape.isOne(Long.class)) {
            StatementPlan plan = plan(traits, "select count(*)" + from, parameters);
            return arguments -> runner.rows(
                            traits.call(plan, parameters.wires(arguments)), row -> row.get(0, Long.class), 1)
                    .mapNotNull(rows -> rows.get(0));
        }
        if (method.startsWith("exists") && shape.isOne(Boolean.class)) {
            StatementPlan plan = plan(traits, "select exists (select 1" + from + ")", parameters);
            return arguments -> runner.rows(
                            traits.call(plan, parameters.wires(arguments)), row -> row.get(0, Boolean.class), 1)
                    .mapNotNull(rows -> rows.get(0));
        }
        if (method.startsWith("delete") && shape.isOne(Long.class)) {
            StatementPlan plan = plan(traits, "delete" + from, parameters);
            return arguments -> runner.rowsUpdated(traits.call(plan, parameters.wires(arguments)));
        }
        throw new InvalidMappingException(
                traits.name(),
                "answers %s (expected: %s, Mono<Long> count…, Mono<Boolean> exists… or Mono<Long> delete…)"
                        .formatted(shape.element().getTypeName(), entity.name()));
    }

    private Invoker select(WhereFragment fragment, MethodTraits traits, ResultShape shape, Parameters parameters) {
        String orderBy = fragment.orderBy() == null ? "" : " order by " + fragment.orderBy();
        StatementPlan plan = plan(
                traits,
                "select " + entity.columns() + " from " + entity.quotedTable() + where(fragment) + orderBy,
                parameters);
        return switch (shape.kind()) {
            case ONE ->
                arguments -> runner.rows(traits.call(plan, parameters.wires(arguments)), entity, 1)
                        .mapNotNull(rows -> rows.isEmpty() ? null : rows.get(0));
            case MANY ->
                arguments -> runner.rows(traits.call(plan, parameters.wires(arguments)), entity, maxRows)
                        .flatMapIterable(Function.identity());
            default -> arguments -> runner.rows(traits.call(plan, parameters.wires(arguments)), entity, maxRows);
        };
    }

    private Invoker pages(WhereFragment fragment, MethodTraits traits, Parameters parameters) {
        // Orders that are asked for later are parsed off the event loop.
        PageScan.Compiler later = (keyset, nulls) -> Mono.fromCallable(
                        () -> page(fragment, traits, parameters, keyset, nulls).plan())
                .subscribeOn(Schedulers.boundedElastic());
        PageScan<T> scan =
                new PageScan<>(traits, entity, order(traits.name(), fragment.orderBy()), runner, cursors, later);
        Keyset keyset = scan.defaultKeyset();
        List<Boolean> noNulls = keyset.keys().stream().map(key -> false).toList();
        scan.prepare(keyset, null, accepted(page(fragment, traits, parameters, keyset, null)));
        scan.prepare(keyset, noNulls, accepted(page(fragment, traits, parameters, keyset, noNulls)));
        return arguments -> scan.page(parameters.page(arguments), parameters.wires(arguments));
    }

    private CompiledStatement page(
            WhereFragment fragment,
            MethodTraits traits,
            Parameters parameters,
            Keyset keyset,
            @Nullable List<Boolean> nulls) {
        List<String> names = new ArrayList<>(parameters.names());
        List<String> types = new ArrayList<>(parameters.sqlTypes());
        names.add(LIMIT);
        types.add("bigint");
        String behind = "";
        if (nulls != null) {
            List<@Nullable String> keys = new ArrayList<>();
            for (int i = 0; i < nulls.size(); i++) {
                Property property = keyset.keys().get(i).property();
                names.add(KEY + i);
                types.add(property.type().sqlType());
                keys.add(nulls.get(i) ? null : ":" + KEY + i + property.cast());
            }
            behind = " and " + keyset.behind(keys);
        }
        String text = "select " + entity.columns() + " from " + entity.quotedTable() + where(fragment) + behind
                + " order by " + keyset.orderBy() + " limit :" + LIMIT;
        return handWritten.compile(traits.name(), text, names, types);
    }

    private StatementPlan plan(MethodTraits traits, String text, Parameters parameters) {
        return accepted(handWritten.compile(traits.name(), text, parameters.names(), parameters.sqlTypes()));
    }

    private StatementPlan accepted(CompiledStatement statement) {
        compiled.accept(statement);
        return statement.plan();
    }

    private static String where(WhereFragment fragment) {
        return fragment.condition().isBlank() ? " where true" : " where (" + fragment.condition() + ")";
    }

    private List<OrderKey> order(String method, @Nullable String orderBy) {
        List<OrderKey> order = new ArrayList<>();
        if (orderBy == null) {
            return order;
        }
        for (String item : orderBy.split(",", -1)) {
            Matcher matcher = ORDER_ITEM.matcher(item.strip());
            if (!matcher.matches() || "first".equalsIgnoreCase(matcher.group(3))) {
                throw new InvalidMappingException(
                        method,
                        "'order by %s' cannot be paged (expected: columns with asc or desc, nulls last)"
                                .formatted(item.strip()));
            }
            String column = matcher.group(1);
            Property property = entity.propertyOfColumn(item.strip().startsWith("\"") ? column : lower(column))
                    .filter(found -> found.type().isOrdered())
                    .orElseThrow(() -> new InvalidMappingException(
                            method,
                            "'%s' has no component of %s that pages can be ordered by"
                                    .formatted(column, entity.name())));
            order.add(new OrderKey(property, "desc".equalsIgnoreCase(matcher.group(2))));
        }
        return order;
    }

    private static String lower(String text) {
        return text.toLowerCase(java.util.Locale.ROOT);
    }
}

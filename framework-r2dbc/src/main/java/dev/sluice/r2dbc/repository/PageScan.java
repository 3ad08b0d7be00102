package dev.sluice.r2dbc.repository;

import dev.sluice.access.Access;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.transaction.StatementRunner;
import dev.sluice.repository.Page;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.Sort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Reads one query page by page. There is a statement for each order and for each combination of NULLs that a
 * cursor can have in it; the default order's are compiled at start, the others when they are first asked for.
 *
 * @param <T> the entity
 */
final class PageScan<T> {

    // Orders come from callers, who may combine them at will: beyond this, statements are compiled each time.
    private static final int MAX_CACHED = 1_000;

    private final MethodTraits traits;
    private final Entity<T> entity;
    private final List<OrderKey> defaultOrder;
    private final StatementRunner runner;
    private final Cursors cursors;
    private final Compiler compiler;
    private final Map<String, StatementPlan> plans = new ConcurrentHashMap<>();

    PageScan(
            MethodTraits traits,
            Entity<T> entity,
            List<OrderKey> defaultOrder,
            StatementRunner runner,
            Cursors cursors,
            Compiler compiler) {
        this.traits = traits;
        this.entity = entity;
        this.defaultOrder = List.copyOf(defaultOrder);
        this.runner = runner;
        this.cursors = cursors;
        this.compiler = compiler;
    }

    /**
     * Compiles a page's statement, whose arguments are those of the method, the limit, and one for each key.
     */
    interface Compiler {

        /**
         * @param keyset the order
         * @param nulls for each key whether the row of the cursor has NULL; null for the first page
         */
        Mono<StatementPlan> compile(Keyset keyset, @Nullable List<Boolean> nulls);
    }

    /** The keyset of the default order. */
    Keyset defaultKeyset() {
        return withId(defaultOrder);
    }

    Mono<Page<T>> page(PageRequest request, Object... arguments) {
        Keyset keyset = request.sort().isEmpty() ? defaultKeyset() : withId(orderOf(request.sort()));
        return Mono.deferContextual(context -> {
            String scope =
                    Access.from(context).requireTenant(traits.name()) + "\0" + traits.name() + "\0" + keyset.spec();
            String after = request.after();
            List<@Nullable Object> keys = after == null ? null : cursors.read(scope, keyset.types(), after);
            return plan(keyset, keys)
                    .flatMap(plan -> runner.rows(
                            traits.call(plan, with(arguments, request.limit() + 1L, keyset, keys)),
                            entity,
                            request.limit() + 1))
                    .map(rows -> pageOf(rows, request.limit(), scope, keyset));
        });
    }

    private Mono<StatementPlan> plan(Keyset keyset, @Nullable List<@Nullable Object> keys) {
        List<Boolean> nulls =
                keys == null ? null : keys.stream().map(key -> key == null).toList();
        StatementPlan known = plans.get(shape(keyset, nulls));
        return known != null
                ? Mono.just(known)
                : compiler.compile(keyset, nulls).doOnNext(plan -> prepare(keyset, nulls, plan));
    }

    /** Keeps a plan, if there is room. */
    void prepare(Keyset keyset, @Nullable List<Boolean> nulls, StatementPlan plan) {
        if (plans.size() < MAX_CACHED) {
            plans.put(shape(keyset, nulls), plan);
        }
    }

    private static String shape(Keyset keyset, @Nullable List<Boolean> nulls) {
        return keyset.spec() + nulls;
    }

    private Page<T> pageOf(List<T> rows, int limit, String scope, Keyset keyset) {
        if (rows.size() <= limit) {
            return new Page<>(rows, null);
        }
        List<T> items = rows.subList(0, limit);
        return new Page<>(items, cursors.issue(scope, keyset.types(), keyset.valuesOf(items.get(limit - 1))));
    }

    private static Object[] with(Object[] arguments, long limit, Keyset keyset, @Nullable List<@Nullable Object> keys) {
        Object[] all = Arrays.copyOf(arguments, arguments.length + 1 + (keys == null ? 0 : keys.size()));
        all[arguments.length] = limit;
        for (int i = 0; keys != null && i < keys.size(); i++) {
            all[arguments.length + 1 + i] = keyset.types().get(i).toWire(keys.get(i));
        }
        return all;
    }

    private List<OrderKey> orderOf(List<Sort> sorts) {
        Set<String> seen = new HashSet<>();
        List<OrderKey> order = new ArrayList<>();
        for (Sort sort : sorts) {
            Property property = entity.property(sort.property())
                    .filter(found -> found.type().isOrdered())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "sort: no such property (expected one of: %s)".formatted(sortable())));
            if (!seen.add(property.name())) {
                throw new IllegalArgumentException("sort: '%s' twice (expected: once)".formatted(property.name()));
            }
            order.add(new OrderKey(property, sort.direction() == Sort.Direction.DESCENDING));
        }
        return order;
    }

    private String sortable() {
        return entity.properties().stream()
                .filter(property -> property.type().isOrdered())
                .map(Property::name)
                .collect(Collectors.joining(", "));
    }

    private Keyset withId(List<OrderKey> order) {
        List<OrderKey> total = new ArrayList<>(order);
        if (order.stream().noneMatch(key -> entity.isId(key.property()))) {
            boolean descending = !order.isEmpty() && order.stream().allMatch(OrderKey::descending);
            total.add(new OrderKey(entity.id(), descending));
        }
        return new Keyset(total);
    }
}

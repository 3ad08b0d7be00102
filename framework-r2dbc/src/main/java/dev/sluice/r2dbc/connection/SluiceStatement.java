package dev.sluice.r2dbc.connection;

import dev.sluice.r2dbc.session.Group.TypedNull;
import dev.sluice.r2dbc.sql.StatementPlan;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A statement with parameters {@code $1…}, bound by index (from 0) or by name ({@code $1}). Not thread-safe. */
final class SluiceStatement implements Statement {

    private static final Pattern NAME = Pattern.compile("\\$([1-9]\\d{0,4})");
    private static final Object UNBOUND = new Object();

    private final Calls calls;
    private final BiFunction<StatementPlan, @Nullable Object[], Mono<Result>> execution;
    private final List<@Nullable Object[]> bindings = new ArrayList<>();
    private StatementPlan plan;
    private @Nullable Object[] current;

    SluiceStatement(Calls calls, String sql, BiFunction<StatementPlan, @Nullable Object[], Mono<Result>> execution) {
        this.calls = calls;
        this.execution = execution;
        this.plan = calls.plan(sql);
        this.current = unbound();
    }

    @Override
    public Statement add() {
        requireBound(current);
        bindings.add(current);
        current = unbound();
        return this;
    }

    @Override
    public Statement bind(int index, Object value) {
        if (value == null) {
            throw new IllegalArgumentException("parameter $%d: null (expected: bindNull)".formatted(index + 1));
        }
        current[checked(index)] = unwrapped(value);
        return this;
    }

    @Override
    public Statement bind(String name, Object value) {
        return bind(index(name), value);
    }

    @Override
    public Statement bindNull(int index, Class<?> type) {
        current[checked(index)] = new TypedNull(type);
        return this;
    }

    @Override
    public Statement bindNull(String name, Class<?> type) {
        return bindNull(index(name), type);
    }

    @Override
    public Statement returnGeneratedValues(String... columns) {
        if (plan.returnsRows() || plan.writes().isEmpty()) {
            throw new IllegalStateException(
                    "generated values come from an INSERT, UPDATE, DELETE or MERGE without RETURNING of its own");
        }
        String returning = columns.length == 0 ? "*" : String.join(", ", columns);
        String text = plan.sql().replaceFirst("[;\\s]+$", "");
        plan = calls.plan(text + "\nRETURNING " + returning);
        return this;
    }

    @Override
    public Statement fetchSize(int rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("fetch size: %d (expected: >= 0)".formatted(rows));
        }
        return this;
    }

    @Override
    public Flux<Result> execute() {
        List<@Nullable Object[]> all = new ArrayList<>(bindings);
        // After a trailing add() nothing more was bound, and nothing more is run.
        if (all.isEmpty() || Arrays.stream(current).anyMatch(value -> value != UNBOUND)) {
            requireBound(current);
            all.add(current.clone());
        }
        StatementPlan statement = plan;
        return Flux.fromIterable(all).concatMap(arguments -> execution.apply(statement, arguments), 1);
    }

    private @Nullable Object[] unbound() {
        @Nullable Object[] values = new @Nullable Object[plan.binding().slots().size()];
        Arrays.fill(values, UNBOUND);
        return values;
    }

    private static void requireBound(@Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == UNBOUND) {
                throw new IllegalStateException(
                        "parameter $%d is not bound (%d parameters)".formatted(i + 1, values.length));
            }
        }
    }

    private int checked(int index) {
        if (index < 0 || index >= current.length) {
            throw new IndexOutOfBoundsException(
                    "parameter index %d (expected: 0 to %d)".formatted(index, current.length - 1));
        }
        return index;
    }

    private int index(String name) {
        Matcher position = NAME.matcher(name);
        int index = position.matches() ? Integer.parseInt(position.group(1)) - 1 : -1;
        if (index < 0 || index >= current.length) {
            throw new NoSuchElementException("parameter '%s' (expected: $1 to $%d)".formatted(name, current.length));
        }
        return index;
    }

    private static Object unwrapped(Object value) {
        if (!(value instanceof Parameter parameter)) {
            return value;
        }
        Object inner = parameter.getValue();
        if (inner == null) {
            return new TypedNull(parameter.getType().getJavaType());
        }
        return parameter.getType() instanceof Type.InferredType ? inner : parameter;
    }
}

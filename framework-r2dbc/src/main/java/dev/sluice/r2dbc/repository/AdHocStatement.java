package dev.sluice.r2dbc.repository;

import dev.sluice.Sql;
import dev.sluice.access.Workload;
import dev.sluice.r2dbc.transaction.Call;
import dev.sluice.repository.Scope;
import io.r2dbc.spi.Readable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A statement and its values. Immutable.
 *
 * @param source compiles and runs it
 * @param text as it was written
 * @param scope how it is kept within its tenant
 * @param values by name, as the driver takes them
 */
record AdHocStatement(AdHocSql source, String text, Scope scope, Map<String, Object> values) implements Sql {

    AdHocStatement {
        values = Map.copyOf(values);
    }

    @Override
    public Sql bind(String name, Object value) {
        return with(name, NamedValues.wire(name, value));
    }

    @Override
    public Sql bindNull(String name, Class<?> type) {
        return with(name, NamedValues.absent(name, type));
    }

    @Override
    public Sql scope(Scope other) {
        return new AdHocStatement(source, text, other, values);
    }

    @Override
    public <T> Rows<T> as(Class<T> type) {
        Function<Readable, Optional<Object>> mapper = RowMapper.of(AdHocSql.NAME, type);
        Class<T> boxed = ValueTypes.boxed(type);
        return new MappedRows<>(row -> mapper.apply(row).map(boxed::cast));
    }

    @Override
    public <T> Rows<T> map(Function<? super Readable, ? extends T> mapper) {
        return new MappedRows<>(row -> Optional.ofNullable(mapper.apply(row)));
    }

    @Override
    public Mono<Long> rowsUpdated() {
        return call(null).flatMap(source.runner()::rowsUpdated);
    }

    // The text may hold values, and values may be secret.
    @Override
    public String toString() {
        return "Sql[parameters=%s]".formatted(values.keySet());
    }

    private Sql with(String name, Object wire) {
        Map<String, Object> more = new HashMap<>(values);
        more.put(name, wire);
        return new AdHocStatement(source, text, scope, more);
    }

    private Mono<Call> call(@Nullable Workload workload) {
        return source.plan(text, scope)
                .map(plan -> new Call(plan, NamedValues.arguments(plan, values), workload, null, null));
    }

    /** The rows of the statement, each as an {@link Optional}, because a mapper may answer null. */
    private final class MappedRows<T> implements Rows<T> {

        private final Function<Readable, Optional<T>> mapper;

        MappedRows(Function<Readable, Optional<T>> mapper) {
            this.mapper = mapper;
        }

        @Override
        public Mono<T> one() {
            return firstOf(1);
        }

        @Override
        public Mono<T> first() {
            return firstOf(source.maxRows());
        }

        @Override
        public Flux<T> all() {
            return call(null)
                    .flatMap(call -> source.runner().rows(call, mapper, source.maxRows()))
                    .flatMapIterable(rows -> QueryMethods.present(AdHocSql.NAME, rows));
        }

        @Override
        public Flux<T> stream(int fetchSize) {
            if (fetchSize < 1) {
                throw new IllegalArgumentException("fetchSize: %d (expected: >= 1)".formatted(fetchSize));
            }
            return call(Workload.STREAM)
                    .flatMapMany(call -> source.runner().stream(call, mapper, fetchSize))
                    .map(row ->
                            QueryMethods.present(AdHocSql.NAME, List.of(row)).get(0));
        }

        private Mono<T> firstOf(int maxRows) {
            return call(null)
                    .flatMap(call -> source.runner().rows(call, mapper, maxRows))
                    .mapNotNull(rows -> rows.isEmpty() ? null : rows.get(0).orElse(null));
        }
    }
}

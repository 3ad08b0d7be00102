package dev.sluice.r2dbc.repository;

import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.transaction.StatementRunner;
import dev.sluice.repository.InvalidMappingException;
import dev.sluice.repository.Query;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Compiles methods with {@link Query}. */
final class QueryMethods {

    private final HandWritten handWritten;
    private final StatementRunner runner;
    private final int maxRows;
    private final Consumer<CompiledStatement> compiled;

    /** @param compiled is told of each statement */
    QueryMethods(HandWritten handWritten, StatementRunner runner, int maxRows, Consumer<CompiledStatement> compiled) {
        this.handWritten = handWritten;
        this.runner = runner;
        this.maxRows = maxRows;
        this.compiled = compiled;
    }

    Invoker compile(Query query, MethodTraits traits, ResultShape shape, Parameters parameters) {
        if (parameters.hasPage() || shape.kind() == ResultShape.Kind.PAGE) {
            throw new InvalidMappingException(
                    traits.name(), "@Query answers no pages (expected: @Where, or a limit in the statement)");
        }
        CompiledStatement statement = handWritten.compile(traits.name(), query.value(), query.scope(), parameters);
        compiled.accept(statement);
        return statement.plan().returnsRows()
                ? rows(traits, statement.plan(), shape, parameters)
                : effect(traits, statement.plan(), shape, parameters);
    }

    private Invoker effect(MethodTraits traits, StatementPlan plan, ResultShape shape, Parameters parameters) {
        if (shape.isOne(Long.class)) {
            return arguments -> runner.rowsUpdated(traits.call(plan, parameters.wires(arguments)));
        }
        if (shape.isOne(Void.class)) {
            return arguments -> runner.rowsUpdated(traits.call(plan, parameters.wires(arguments)))
                    .then();
        }
        throw new InvalidMappingException(
                traits.name(),
                "its statement answers no rows, so it cannot answer %s (expected: Mono<Long> or Mono<Void>)"
                        .formatted(shape.element().getTypeName()));
    }

    private Invoker rows(MethodTraits traits, StatementPlan plan, ResultShape shape, Parameters parameters) {
        Function<Readable, Optional<Object>> mapper = RowMapper.of(traits.name(), shape.element());
        return switch (shape.kind()) {
            case ONE ->
                arguments -> runner.rows(traits.call(plan, parameters.wires(arguments)), mapper, 1)
                        .mapNotNull(rows -> rows.isEmpty() ? null : rows.get(0).orElse(null));
            case MANY ->
                arguments -> runner.rows(traits.call(plan, parameters.wires(arguments)), mapper, maxRows)
                        .flatMapMany(rows -> Flux.fromIterable(present(traits.name(), rows)));
            default ->
                arguments -> runner.rows(traits.call(plan, parameters.wires(arguments)), mapper, maxRows)
                        .flatMap(rows -> Mono.just(present(traits.name(), rows)));
        };
    }

    /** Reactive streams carry no null, so a NULL among scalars is an error. */
    static <V> List<V> present(String operation, List<Optional<V>> rows) {
        return rows.stream()
                .map(row -> row.orElseThrow(() -> new InvalidMappingException(
                        operation, "a row holds NULL, which a Flux cannot carry (expected: coalesce, or a record)")))
                .toList();
    }
}

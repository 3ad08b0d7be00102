package dev.sluice.r2dbc.connection;

import dev.sluice.r2dbc.sql.StatementPlan;
import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Statements without parameters, run one after another; in one transaction only if the connection is in one. */
final class SluiceBatch implements Batch {

    private final Calls calls;
    private final Function<StatementPlan, Mono<Result>> execution;
    private final List<StatementPlan> plans = new ArrayList<>();

    SluiceBatch(Calls calls, Function<StatementPlan, Mono<Result>> execution) {
        this.calls = calls;
        this.execution = execution;
    }

    @Override
    public Batch add(String sql) {
        StatementPlan plan = calls.plan(sql);
        if (!plan.binding().slots().isEmpty()) {
            throw new IllegalArgumentException("a batch takes statements without parameters; use Statement.add()");
        }
        plans.add(plan);
        return this;
    }

    @Override
    public Flux<Result> execute() {
        return Flux.fromIterable(List.copyOf(plans)).concatMap(execution, 1);
    }
}

package dev.sluice.r2dbc.connection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.r2dbc.session.DetachableRow;
import dev.sluice.r2dbc.sql.PositionalSql;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.transaction.Call;
import dev.sluice.r2dbc.transaction.StatementRunner;
import dev.sluice.r2dbc.transaction.Transactions;
import io.r2dbc.spi.Result;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Runs the statements of all connections; knows the plans of the texts that were seen lately. */
final class Calls {

    /** Names the statements of the view in errors and meters. */
    private static final String NAME = "connection";

    private static final long MOST_CHARACTERS = 4_000_000;

    private final Transactions transactions;
    private final StatementRunner statements;
    private final int maxRows;
    private final Cache<String, StatementPlan> plans = Caffeine.newBuilder()
            .maximumWeight(MOST_CHARACTERS)
            .weigher((String text, StatementPlan plan) -> text.length() + 100)
            .executor(Runnable::run)
            .build();

    Calls(Transactions transactions, int maxRows) {
        this.transactions = transactions;
        this.statements = transactions.statements();
        this.maxRows = maxRows;
    }

    Transactions transactions() {
        return transactions;
    }

    /** @throws dev.sluice.repository.StatementRefusedException if the text must not run here */
    StatementPlan plan(String text) {
        return plans.get(text, this::compile);
    }

    private StatementPlan compile(String text) {
        StatementPlan plan = PositionalSql.plan(NAME, text);
        return plan.changing(transactions.effects().of(plan.writes()));
    }

    Mono<Result> run(StatementPlan plan, @Nullable Object[] arguments) {
        Call call = new Call(plan, arguments, null, null, null);
        return plan.returnsRows()
                ? statements
                        .rows(call, row -> DetachableRow.detach(row), maxRows)
                        .map(WholeResult::ofRows)
                : statements.rowsUpdated(call).map(WholeResult::ofCount);
    }
}

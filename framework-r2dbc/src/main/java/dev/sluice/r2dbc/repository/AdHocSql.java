package dev.sluice.r2dbc.repository;

import dev.sluice.Isolation;
import dev.sluice.SluiceSettings;
import dev.sluice.Sql;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.sql.StatementPlans;
import dev.sluice.r2dbc.transaction.StatementRunner;
import dev.sluice.repository.Scope;
import dev.sluice.repository.StatementRefusedException;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Makes hand-written statements that are compiled when they are run, through the scoper's bounded cache.
 * Thread-safe.
 */
public final class AdHocSql {

    /** The name of such statements in logs, meters and errors. */
    static final String NAME = "sql";

    private final StatementPlans plans;
    private final StatementRunner runner;
    private final Isolation isolation;
    private final int maxRows;

    /**
     * Prepares to make statements.
     *
     * @param plans scopes them and keeps what it has made
     * @param runner runs them
     * @param settings the isolation, and the most rows
     */
    public AdHocSql(StatementPlans plans, StatementRunner runner, SluiceSettings settings) {
        this.plans = plans;
        this.runner = runner;
        this.isolation = settings.isolation();
        this.maxRows = settings.maxRows();
    }

    /**
     * A statement without values yet.
     *
     * @param text one statement with {@code :named} parameters
     * @return the statement, not yet compiled
     */
    public Sql statement(String text) {
        return new AdHocStatement(this, text, Scope.REWRITTEN, Map.of());
    }

    StatementRunner runner() {
        return runner;
    }

    int maxRows() {
        return maxRows;
    }

    Mono<StatementPlan> plan(String text, Scope scope) {
        return scope == Scope.REWRITTEN ? plans.plan(text) : Mono.fromCallable(() -> leftToRowLevelSecurity(text));
    }

    private StatementPlan leftToRowLevelSecurity(String text) {
        if (isolation != Isolation.RLS) {
            throw new StatementRefusedException(
                    NAME, "scope = ROW_LEVEL_SECURITY, and row-level security is off (isolation: predicate)");
        }
        return plans.leave(text);
    }
}

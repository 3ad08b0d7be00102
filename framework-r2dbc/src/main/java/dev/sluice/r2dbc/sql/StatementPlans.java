package dev.sluice.r2dbc.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Plans of ad-hoc statements, by their text: the {@value #MAX_PLANS} that are used most are kept.
 * Thread-safe.
 *
 * <p>Values are parameters, never part of the text; who writes them into the text fills the cache with
 * statements that nobody asks for again, and pays for the parsing of each.
 */
public final class StatementPlans {

    private static final int MAX_PLANS = 1_000;

    /** What ad-hoc statements are called in logs, meters and errors. */
    private static final String NAME = "sql";

    private final SqlScoper scoper;
    private final Cache<String, StatementPlan> plans =
            Caffeine.newBuilder().maximumSize(MAX_PLANS).build();

    /**
     * Makes an empty cache.
     *
     * @param scoper makes the plans
     */
    public StatementPlans(SqlScoper scoper) {
        this.scoper = scoper;
    }

    /**
     * Finds or makes the plan of a statement.
     *
     * @param text one statement, with {@code :named} parameters
     * @return the plan, never empty; {@link dev.sluice.repository.StatementRefusedException} if the statement
     *     cannot be kept within its tenant. A known plan is emitted at once by the subscribing thread, a new
     *     one by a thread of the bounded elastic scheduler, because parsing takes milliseconds. Cancelling
     *     lets the parsing end.
     */
    public Mono<StatementPlan> plan(String text) {
        return Mono.defer(() -> {
            StatementPlan known = plans.getIfPresent(text);
            return known == null ? make(text) : Mono.just(known);
        });
    }

    /**
     * Makes the plan of a statement that is left to row-level security.
     *
     * @param text one statement, with {@code :named} parameters
     * @return the plan, as {@link SqlScoper#leave(String, String)} makes it
     */
    public StatementPlan leave(String text) {
        return scoper.leave(NAME, text);
    }

    private Mono<StatementPlan> make(String text) {
        return Mono.fromCallable(() -> scoper.scope(NAME, text))
                .doOnNext(plan -> plans.put(text, plan))
                .subscribeOn(Schedulers.boundedElastic());
    }
}

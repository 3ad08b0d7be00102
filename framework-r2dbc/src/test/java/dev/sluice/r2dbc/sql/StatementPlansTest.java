package dev.sluice.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.TenantColumn;
import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.repository.StatementRefusedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class StatementPlansTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final StatementPlans plans =
            new StatementPlans(new SqlScoper(Catalog.of(TenantColumn.DEFAULT, List.of(), List.of("public"))));

    @Test
    void aNewStatementIsParsedElsewhereAndAKnownOneIsThereAtOnce() {
        AtomicReference<Thread> parsedOn = new AtomicReference<>();
        StatementPlan made = plans.plan("select :a::int + 1")
                .doOnNext(plan -> parsedOn.set(Thread.currentThread()))
                .block(PATIENCE);
        AtomicReference<Thread> foundOn = new AtomicReference<>();
        Mono<StatementPlan> again =
                plans.plan("select :a::int + 1").doOnNext(plan -> foundOn.set(Thread.currentThread()));

        StepVerifier.create(again).expectNext(made).verifyComplete();
        assertThat(parsedOn.get().getName()).contains("boundedElastic");
        assertThat(foundOn.get()).isSameAs(Thread.currentThread());
    }

    @Test
    void aRefusalComesAsAnErrorAndIsNotKept() {
        StepVerifier.create(plans.plan("drop table t")).verifyErrorSatisfies(e -> assertThat(e)
                .isInstanceOf(StatementRefusedException.class)
                .hasMessageStartingWith("sql refused: DROP is no statement"));
    }
}

package dev.sluice.benchmarks.background;

import dev.sluice.Sluice;
import dev.sluice.access.Workload;
import dev.sluice.work.Fence;
import dev.sluice.work.Progress;
import dev.sluice.work.ReconciliationReport;
import dev.sluice.work.Worker;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Gives each scenario what it wants: a query finds those that have less, an action takes 20 ms in a transaction. */
final class Reconciler {

    static final String NAME = "reconciler";

    private static final double SECONDS = 0.02;

    private final Sluice sluice;
    private volatile double seconds = SECONDS;

    Reconciler(Sluice sluice) {
        this.sluice = sluice;
    }

    /** Whether an action takes no time, so that many of them warm up what they run through. */
    void hurry(boolean on) {
        seconds = on ? 0 : SECONDS;
    }

    Worker worker(Duration interval) {
        return Worker.every(NAME, interval, run -> cycle().thenReturn(Progress.DONE))
                .in(Workload.RECONCILIATION)
                .forTenants(ScenarioDatabase.TENANTS)
                .withHands(ScenarioDatabase.TENANTS.size());
    }

    private Mono<ReconciliationReport<Integer>> cycle() {
        return sluice.reconciliation()
                .candidates(() -> sluice.sql("select id from scenarios where ready < wanted")
                        .as(Integer.class)
                        .all())
                .decide(Optional::of)
                .act(this::build)
                .cycle();
    }

    private Mono<Long> build(int id) {
        return Mono.deferContextual(context -> {
            long epoch = Objects.requireNonNull(Fence.from(context)).epoch();
            return sluice.inTransaction(() -> sluice.sql(
                            "update scenarios set ready = ready + 1, effects = effects + 1 where id = :id and ready < wanted")
                    .bind("id", id)
                    .rowsUpdated()
                    .filter(rows -> rows > 0)
                    .flatMap(rows -> sluice.sql(
                                    "insert into action_log (scenario, epoch) select :id, :epoch from pg_sleep(:seconds)")
                            .bind("id", id)
                            .bind("epoch", epoch)
                            .bind("seconds", seconds)
                            .rowsUpdated()));
        });
    }
}

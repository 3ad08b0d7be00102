package dev.sluice.benchmarks.background;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.tenant.TenantId;
import dev.sluice.work.Progress;
import dev.sluice.work.Worker;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks the external service about each scenario without a signal, 200 at a time for each of twelve tenants. */
final class Enricher {

    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final int BATCH = 200;
    private static final int CALLS_AT_ONCE = 16;

    private final Sluice sluice;
    private final SignalServer signals;

    Enricher(Sluice sluice, SignalServer signals) {
        this.sluice = sluice;
        this.signals = signals;
    }

    /** In phases. */
    Worker worker() {
        return Worker.every("enricher", INTERVAL, run -> sluice.phases()
                        .read(this::due)
                        .call(scenario -> signals.ask())
                        .atOnce(CALLS_AT_ONCE, Duration.ofSeconds(10))
                        .write(this::store)
                        .run()
                        .map(report -> report.read() == BATCH ? Progress.MORE : Progress.DONE))
                .forTenants(ScenarioDatabase.TENANTS)
                .withHands(ScenarioDatabase.TENANTS.size());
    }

    /** As it was before: the calls inside the transaction, which stays open meanwhile; it goes on until cancelled. */
    Flux<Long> naive() {
        return Flux.fromIterable(ScenarioDatabase.TENANTS)
                .flatMap(tenant -> naive(tenant).repeat(), ScenarioDatabase.TENANTS.size());
    }

    private Mono<Long> naive(TenantId tenant) {
        return sluice.inTransaction(() -> due().flatMap(
                                scenario -> signals.ask().flatMap(signal -> store(scenario, signal)), CALLS_AT_ONCE)
                        .count())
                // The server ends some of these transactions, and admission refuses others: such a daemon tries again.
                .onErrorResume(error -> Mono.delay(INTERVAL))
                .contextWrite(Access.tenant(tenant));
    }

    private Flux<Scenario> due() {
        return sluice.sql("select id, version from scenarios where signal is null order by id limit " + BATCH)
                .as(Scenario.class)
                .all();
    }

    private Mono<Long> store(Scenario scenario, String signal) {
        return sluice.sql("update scenarios set signal = :signal, effects = effects + 1, version = version + 1"
                        + " where id = :id and version = :version")
                .bind("signal", signal)
                .bind("id", scenario.id())
                .bind("version", scenario.version())
                .rowsUpdated();
    }

    record Scenario(int id, long version) {}
}

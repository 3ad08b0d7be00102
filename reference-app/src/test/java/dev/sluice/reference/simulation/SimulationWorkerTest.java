package dev.sluice.reference.simulation;

import static dev.sluice.reference.simulation.Planning.as;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.reference.simulation.Simulation.State;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

@SluiceTest
class SimulationWorkerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final List<SimulationWorker> workers = new ArrayList<>();

    private Planning planning;

    @BeforeAll
    static void migrate(TestDatabase database) {
        Planning.migrate(database);
    }

    @BeforeEach
    void reset(TestDatabase database, Sluice sluice) {
        planning = new Planning(database, sluice);
        planning.reset();
    }

    @AfterEach
    void stop() throws Exception {
        for (SimulationWorker worker : workers) {
            stop(worker);
        }
    }

    private SimulationWorker start(Planning on, int concurrency) {
        SimulationWorker worker = on.worker(concurrency);
        workers.add(worker);
        worker.start();
        return worker;
    }

    private static void stop(SimulationWorker worker) throws Exception {
        if (worker.isRunning()) {
            CompletableFuture<Void> stopped = new CompletableFuture<>();
            worker.stop(() -> stopped.complete(null));
            stopped.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private void askEverybody(int simulations, int runs) {
        Planning.TENANTS.forEach(tenant -> {
            for (int i = 0; i < simulations; i++) {
                planning.ask(tenant, runs, i);
            }
        });
    }

    private void awaitAllDone() {
        Await.until(PATIENCE, () -> planning.count("state <> 'DONE'") == 0, "all simulations are done");
    }

    private int inUse() {
        return ((R2dbcSluice) planning.sluice).nodes().get(0).inUse();
    }

    @Test
    void twoProcessesRunEachSimulationOnce() throws Exception {
        Sluice second = Sluice.connect(planning.database.settings().build()).block(PATIENCE);
        try {
            askEverybody(12, 2_000);
            SimulationWorker here = start(planning, 2);
            SimulationWorker there = start(new Planning(planning.database, second), 2);
            awaitAllDone();

            assertThat(planning.count("epoch <> 1")).isZero();
            stop(here);
            stop(there);
        } finally {
            second.closeGracefully().block(PATIENCE);
        }
    }

    @Test
    void howeverMuchThereIsToDoTwoConnectionsAreInUse() throws SQLException {
        askEverybody(10, 3_000);
        try (Connection owner = planning.database.connect(Role.OWNER);
                Statement statement = owner.createStatement()) {
            // Whoever comes now waits in the server, with its connection.
            owner.setAutoCommit(false);
            statement.execute("lock table simulations in access exclusive mode");
            start(planning, 8);
            Await.until(PATIENCE, () -> claimsInTheServer() == 2, "two of eight hands are let in");
            assertThat(inUse()).isEqualTo(2);

            // The negative control: what is not in the workload gets connections of its own, and is seen.
            Disposable others = Flux.range(0, 3)
                    .flatMap(i -> planning.simulations.count().contextWrite(Access.tenant("acme")))
                    .subscribe(rows -> {}, error -> {});
            Await.until(PATIENCE, () -> inUse() == 5, "three more connections are in use");
            assertThat(claimsInTheServer()).isEqualTo(2);
            others.dispose();
            owner.rollback();
        }
        Await.until(PATIENCE, () -> inUse() <= 2, "the others are gone");
        AtomicInteger most = new AtomicInteger();
        Await.until(
                PATIENCE,
                () -> {
                    for (int i = 0; i < 1_000; i++) {
                        most.accumulateAndGet(inUse(), Math::max);
                    }
                    return planning.count("state <> 'DONE'") == 0;
                },
                "all simulations are done");
        assertThat(most.get()).isBetween(1, 2);
    }

    private long claimsInTheServer() {
        return planning.database.value(
                Role.SUPERUSER,
                Long.class,
                "select count(*) from pg_stat_activity where datname = current_database() and state = 'active'"
                        + " and query like 'update simulations%'");
    }

    @Test
    void aTenantWithAThousandKeepsNobodyWaitingForThem() {
        planning.database.execute(
                Role.OWNER,
                "insert into simulations (tenant_id, id, scenario_id, industry, history_until, runs, horizon, seed,"
                        + " place, created_at, state, runs_done)"
                        + " select 'acme', gen_random_uuid(), id, industry, '2010-02-01', 10, 12, 1, place,"
                        + " now() - interval '1 day', 'QUEUED', 0"
                        + " from scenarios, generate_series(0, 999) place where tenant_id = 'acme'");
        SimulationWorker worker = start(planning, 1);
        Await.until(PATIENCE, () -> planning.count("state = 'DONE'") > 0, "the thousand have begun");
        UUID id = planning.ask("initech", 10, 1);
        Await.until(PATIENCE, () -> planning.read("initech", id).state() == State.DONE, "the other one's is done");
        worker.stop();
        assertThat(planning.count("tenant_id = 'acme' and state = 'QUEUED'")).isGreaterThan(500);
    }

    @Test
    void whatADeadProcessLeftIsFoundByItselfWhenItsLeaseIsOver() {
        UUID id = planning.ask("globex", 100, 1);
        assertThat(as("globex", planning.simulations.claim(1)).id()).isEqualTo(id);
        start(planning, 1);
        awaitAllDone();
        assertThat(planning.count("epoch = 2")).isEqualTo(1);
    }

    @Test
    void aStopLetsTheChunkBeStoredAndAnotherWorkerGoesOnAtOnce() throws Exception {
        UUID whole = planning.ask("acme", 100_000, 1);
        start(planning, 1);
        awaitAllDone();
        stop();

        UUID id = planning.ask("acme", 100_000, 1);
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        try (Connection owner = planning.database.connect(Role.OWNER);
                Statement statement = owner.createStatement()) {
            // The worker is told to stop while its claim waits in the server.
            owner.setAutoCommit(false);
            statement.execute("lock table simulations in access exclusive mode");
            SimulationWorker first = start(planning, 1);
            Await.until(PATIENCE, () -> claimsInTheServer() == 1, "the worker claims");
            first.stop(() -> stopped.complete(null));
            assertThat(stopped).isNotDone();
            owner.rollback();
        }
        stopped.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(planning.read("acme", id))
                .extracting(Simulation::state, Simulation::runsDone)
                .containsExactly(State.QUEUED, 2_000);

        start(planning, 1);
        awaitAllDone();
        assertThat(planning.read("acme", id).quantiles())
                .isEqualTo(planning.read("acme", whole).quantiles());
    }

    @Test
    void connectionsThatAreCutDelayASimulationAndLoseNothing() {
        UUID whole = planning.ask("acme", 200_000, 1);
        start(planning, 2);
        awaitAllDone();
        UUID id = planning.ask("acme", 200_000, 1);
        Await.until(PATIENCE, () -> planning.read("acme", id).runsDone() > 0, "a chunk is stored");
        planning.database.terminateSessions(Role.APP);
        awaitAllDone();
        assertThat(planning.read("acme", id).quantiles())
                .isEqualTo(planning.read("acme", whole).quantiles());
    }
}

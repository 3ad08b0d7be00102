package dev.sluice.reference.simulation;

import static dev.sluice.reference.simulation.Planning.as;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.TimeoutSettings;
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
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

@SluiceTest
class SimulationWorkerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** No claim of a living worker ends while the machine pauses. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static Scheduler processor;

    private final List<Sluice> processes = new ArrayList<>();

    private Planning planning;

    @BeforeAll
    static void migrate(TestDatabase database) {
        Planning.migrate(database);
        processor = Schedulers.newParallel("simulation-test", 8, true);
    }

    @AfterAll
    static void dispose() {
        processor.dispose();
    }

    @BeforeEach
    void reset(TestDatabase database, Sluice sluice) {
        planning = new Planning(database, sluice);
        planning.reset();
    }

    @AfterEach
    void stop() {
        processes.forEach(SimulationWorkerTest::stop);
    }

    /** A process of the fleet: a Sluice of its own. */
    private Planning process() {
        Sluice sluice = Objects.requireNonNull(Sluice.connect(planning.database
                        .settings()
                        // Claims that wait for a lock of the test do so for as long as that takes.
                        .timeouts(new TimeoutSettings(PATIENCE, PATIENCE, PATIENCE, PATIENCE, PATIENCE))
                        .build())
                .block(PATIENCE));
        processes.add(sluice);
        return new Planning(planning.database, sluice);
    }

    private Planning start(int concurrency) {
        return start(process(), concurrency, LEASE);
    }

    private static Planning start(Planning process, int concurrency, Duration lease) {
        process.sluice.workers().start(process.worker(concurrency, lease, processor));
        return process;
    }

    private static void stop(Sluice process) {
        process.closeGracefully().block(PATIENCE);
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

    private static int inUse(Planning process) {
        return ((R2dbcSluice) process.sluice).nodes().get(0).inUse();
    }

    @Test
    void twoProcessesRunEachSimulationOnce() {
        askEverybody(12, 2_000);
        Planning here = start(2);
        Planning there = start(2);
        awaitAllDone();

        assertThat(planning.count("epoch <> 1")).isZero();
        Await.until(PATIENCE, () -> runs(here) + runs(there) >= 36, "a run for each");
    }

    private static long runs(Planning process) {
        return process.sluice.workers().statuses().get(0).runs();
    }

    @Test
    void howeverMuchThereIsToDoTwoConnectionsAreInUse() throws SQLException {
        askEverybody(10, 3_000);
        Planning process = process();
        try (Connection owner = planning.database.connect(Role.OWNER);
                Statement statement = owner.createStatement()) {
            // Whoever comes now waits in the server, with its connection.
            owner.setAutoCommit(false);
            statement.execute("lock table simulations in access exclusive mode");
            start(process, 8, LEASE);
            Await.until(PATIENCE, () -> claimsInTheServer() == 2, "two of three hands are let in");
            assertThat(inUse(process)).isEqualTo(2);

            // The negative control: what is not in the workload gets connections of its own, and is seen.
            Disposable others = Flux.range(0, 3)
                    .flatMap(i -> process.simulations.count().contextWrite(Access.tenant("acme")))
                    .subscribe(rows -> {}, error -> {});
            Await.until(PATIENCE, () -> waitingInTheServer() == 5, "three more connections are in use");
            assertThat(inUse(process)).isEqualTo(5);
            assertThat(claimsInTheServer()).isEqualTo(2);
            others.dispose();
            // Before the lock is: afterwards nobody can tell theirs from those of the worker.
            Await.until(PATIENCE, () -> inUse(process) == 2, "the others are gone");
            owner.rollback();
        }
        AtomicInteger most = new AtomicInteger();
        Await.until(
                PATIENCE,
                () -> {
                    for (int i = 0; i < 1_000; i++) {
                        most.accumulateAndGet(inUse(process), Math::max);
                    }
                    return planning.count("state <> 'DONE'") == 0;
                },
                "all simulations are done");
        assertThat(most.get()).isBetween(1, 2);
    }

    private long waitingInTheServer() {
        return planning.database.value(
                Role.SUPERUSER,
                Long.class,
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
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
        Planning process = start(1);
        Await.until(PATIENCE, () -> planning.count("state = 'DONE'") > 0, "the thousand have begun");
        UUID id = planning.ask("initech", 10, 1);
        Await.until(PATIENCE, () -> planning.read("initech", id).state() == State.DONE, "the other one's is done");
        process.sluice.workers().closeGracefully().block(PATIENCE);
        assertThat(planning.count("tenant_id = 'acme' and state = 'QUEUED'")).isGreaterThan(500);
    }

    @Test
    void whatADeadProcessLeftIsFoundByItselfWhenItsLeaseIsOver() {
        UUID id = planning.ask("globex", 100, 1);
        assertThat(as("globex", planning.simulations.claim(1)).id()).isEqualTo(id);
        start(1);
        awaitAllDone();
        assertThat(planning.count("epoch = 2")).isEqualTo(1);
    }

    @Test
    void aStopLetsTheChunkBeStoredAndAnotherWorkerGoesOnAtOnce() throws Exception {
        UUID whole = planning.ask("acme", 100_000, 1);
        Planning before = start(1);
        awaitAllDone();
        stop(before.sluice);

        UUID id = planning.ask("acme", 100_000, 1);
        CompletableFuture<Void> stopped;
        Planning first = process();
        try (Connection owner = planning.database.connect(Role.OWNER);
                Statement statement = owner.createStatement()) {
            // The worker is told to stop while its claim waits in the server.
            owner.setAutoCommit(false);
            statement.execute("lock table simulations in access exclusive mode");
            start(first, 1, LEASE);
            Await.until(PATIENCE, () -> claimsInTheServer() == 1, "the worker claims");
            stopped = first.sluice.workers().closeGracefully().toFuture();
            assertThat(stopped).isNotDone();
            owner.rollback();
        }
        stopped.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(planning.read("acme", id))
                .extracting(Simulation::state, Simulation::runsDone)
                .containsExactly(State.QUEUED, 2_000);

        start(1);
        awaitAllDone();
        assertThat(planning.read("acme", id).quantiles())
                .isEqualTo(planning.read("acme", whole).quantiles());
    }

    @Test
    void connectionsThatAreCutDelayASimulationAndLoseNothing() {
        UUID whole = planning.ask("acme", 200_000, 1);
        start(process(), 2, Duration.ofSeconds(1));
        awaitAllDone();
        UUID id = planning.ask("acme", 200_000, 1);
        Await.until(PATIENCE, () -> planning.read("acme", id).runsDone() > 0, "a chunk is stored");
        planning.database.terminateSessions(Role.APP);
        awaitAllDone();
        assertThat(planning.read("acme", id).quantiles())
                .isEqualTo(planning.read("acme", whole).quantiles());
    }
}

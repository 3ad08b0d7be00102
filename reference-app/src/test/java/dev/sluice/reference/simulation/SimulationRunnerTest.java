package dev.sluice.reference.simulation;

import static dev.sluice.reference.simulation.Planning.as;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.reference.simulation.Simulation.State;
import dev.sluice.repository.Json;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

@SluiceTest
class SimulationRunnerTest {

    private static final int RUNS = 5_000;
    private static final long SEED = 7;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static Scheduler processor;

    private Planning planning;
    private SimulationRunner runner;

    @BeforeAll
    static void migrate(TestDatabase database) {
        Planning.migrate(database);
        processor = Schedulers.newParallel("simulation-test", 2, true);
    }

    @AfterAll
    static void dispose() {
        processor.dispose();
    }

    @BeforeEach
    void reset(TestDatabase database, Sluice sluice) {
        planning = new Planning(database, sluice);
        planning.reset();
        runner = planning.runner(processor);
    }

    private Claim claim() {
        return as("acme", runner.claim());
    }

    private void run(Claim claim) {
        as("acme", runner.run(claim, () -> false).thenReturn(true));
    }

    private Json uninterrupted() {
        UUID id = planning.ask("acme", RUNS, SEED);
        run(claim());
        Simulation done = planning.read("acme", id);
        assertThat(done.state()).isEqualTo(State.DONE);
        assertThat(done.runsDone()).isEqualTo(RUNS);
        assertThat(done.place()).isNull();
        return done.quantiles();
    }

    /** Claims and runs a simulation, and dies after two chunks: nothing is given back. */
    private UUID diedAfterTwoChunks() {
        UUID id = planning.ask("acme", RUNS, SEED);
        AtomicInteger chunks = new AtomicInteger();
        Sinks.Empty<Void> death = Sinks.empty();
        Mono<Void> life = runner.run(claim(), () -> {
            if (chunks.incrementAndGet() == 2) {
                death.tryEmitEmpty();
            }
            return false;
        });
        as("acme", life.takeUntilOther(death.asMono()).thenReturn(true));
        return id;
    }

    @Test
    void whatADeadProcessLeftIsTakenUpWhereItEndedAndHasTheSameOutcome() {
        Json expected = uninterrupted();
        UUID id = diedAfterTwoChunks();
        assertThat(planning.read("acme", id))
                .extracting(Simulation::state, Simulation::runsDone)
                .containsExactly(State.RUNNING, 2_000);
        assertThat(claim()).as("a claim whose lease lives is nobody else's").isNull();

        planning.endLease(id);
        Claim second = claim();
        assertThat(second).extracting(Claim::id, Claim::epoch, Claim::runsDone).containsExactly(id, 2L, 2_000);
        run(second);
        assertThat(planning.read("acme", id))
                .extracting(Simulation::state, Simulation::runsDone, Simulation::quantiles)
                .containsExactly(State.DONE, RUNS, expected);
    }

    /** The negative control of the one above. */
    @Test
    void anOutcomeThatLacksTheChunksOfTheDeadShows() {
        Json expected = uninterrupted();
        UUID id = diedAfterTwoChunks();
        planning.database.execute(Role.OWNER, "update simulations set tally = null where id = '" + id + "'");
        planning.endLease(id);
        run(claim());
        assertThat(planning.read("acme", id).quantiles()).isNotEqualTo(expected);
    }

    @Test
    void aWorkerThatWakesUpAfterItWasTakenOverChangesNothing() {
        UUID id = planning.ask("acme", RUNS, SEED);
        Claim frozen = claim();
        planning.endLease(id);
        Claim current = claim();
        assertThat(current.epoch()).isEqualTo(frozen.epoch() + 1);

        Simulation before = planning.read("acme", id);
        Json garbage = Json.of("[[0, 1]]");
        Simulations simulations = planning.simulations;
        assertThat(as("acme", simulations.advance(id, frozen.epoch(), 4_000, garbage, 30)))
                .isZero();
        assertThat(as("acme", simulations.finish(id, frozen.epoch(), garbage))).isZero();
        assertThat(as("acme", simulations.fail(id, frozen.epoch(), "frozen"))).isZero();
        assertThat(as("acme", simulations.release(id, frozen.epoch()))).isZero();
        run(frozen);
        assertThat(planning.read("acme", id)).isEqualTo(before);

        run(current);
        Simulation done = planning.read("acme", id);
        run(frozen);
        assertThat(planning.read("acme", id)).isEqualTo(done);

        // The negative control: without its epoch the same write would have passed.
        assertThat(as(
                        "acme",
                        planning.sluice
                                .sql("update simulations set failure = 'frozen' where id = :id")
                                .bind("id", id)
                                .rowsUpdated()))
                .isEqualTo(1);
    }

    @Test
    void theOldestIsClaimedFirstAndNoTwoWorkersHaveTheSame() {
        UUID first = planning.ask("acme", 10, 1);
        UUID second = planning.ask("acme", 10, 1);
        assertThat(claim().id()).isEqualTo(first);
        assertThat(claim().id()).isEqualTo(second);
        assertThat(claim()).isNull();
        assertThat(as("globex", runner.claim())).isNull();
    }

    @Test
    void whoIsToStopGivesItsClaimBackAfterTheChunk() {
        Json expected = uninterrupted();
        UUID id = planning.ask("acme", RUNS, SEED);
        as("acme", runner.run(claim(), () -> true).thenReturn(true));
        assertThat(planning.read("acme", id))
                .extracting(Simulation::state, Simulation::runsDone)
                .containsExactly(State.QUEUED, 1_000);
        run(claim());
        assertThat(planning.read("acme", id).quantiles()).isEqualTo(expected);
    }

    @Test
    void aSimulationOnWhichProcessesDieIsGivenUp() {
        UUID id = planning.ask("acme", RUNS, SEED);
        for (int death = 0; death < SimulationRunner.MAX_ATTEMPTS; death++) {
            assertThat(claim().attempts()).isEqualTo(death + 1);
            planning.endLease(id);
        }
        run(claim());
        assertThat(planning.read("acme", id))
                .extracting(Simulation::state, Simulation::failure, Simulation::place)
                .containsExactly(State.FAILED, "given up after 5 attempts without progress", null);
    }

    @Test
    void theModelsRefusalIsTheSimulationsFailure() {
        UUID id = planning.ask("acme", RUNS, SEED);
        planning.database.execute(
                Role.OWNER, "delete from demand_history where tenant_id = 'acme' and month >= '2002-07-01'");
        run(claim());
        assertThat(planning.read("acme", id))
                .extracting(Simulation::state, Simulation::failure)
                .containsExactly(State.FAILED, "history: 18 months (expected: at least 24, two seasons)");
    }

    @Test
    void monthsThatCameAfterwardsChangeNothing() {
        Json expected = uninterrupted();
        UUID id = planning.ask("acme", RUNS, SEED);
        planning.database.execute(
                Role.OWNER,
                "insert into demand_history select tenant_id, gen_random_uuid(), industry, date '2010-03-01', 999, 1"
                        + " from demand_history where month = '2010-02-01'");
        run(claim());
        assertThat(planning.read("acme", id).quantiles()).isEqualTo(expected);
    }

    @Test
    void aSimulationGoesWithItsScenarioAlsoWhileItRuns() {
        planning.ask("acme", RUNS, SEED);
        Claim claim = claim();
        as("acme", planning.scenarios.deleteById(planning.scenario("acme")));
        run(claim);
        assertThat(planning.count("true")).isZero();
    }

    @Test
    void whileItComputesItHoldsNoConnection() {
        planning.ask("acme", RUNS, SEED);
        BlockingQueue<Runnable> computations = new LinkedBlockingQueue<>();
        SimulationRunner slow = planning.runner(Schedulers.fromExecutor(computations::add));
        CompletableFuture<Void> run = slow.claim()
                .flatMap(claim -> slow.run(claim, () -> false))
                .contextWrite(Access.tenant("acme"))
                .toFuture();
        int computed = 0;
        while (!run.isDone()) {
            Await.until(PATIENCE, () -> run.isDone() || !computations.isEmpty(), "the run wants to compute");
            Runnable computation = computations.poll();
            if (computation != null) {
                Await.until(PATIENCE, () -> inUse() == 0, "its connection is given back");
                computation.run();
                computed++;
            }
        }
        assertThat(computed).as("the fit and five chunks").isEqualTo(6);
        assertThat(planning.count("state = 'DONE'")).isEqualTo(1);
    }

    private int inUse() {
        return ((R2dbcSluice) planning.sluice).nodes().get(0).inUse();
    }
}

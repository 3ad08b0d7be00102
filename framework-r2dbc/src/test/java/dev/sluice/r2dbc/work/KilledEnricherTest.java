package dev.sluice.r2dbc.work;

import static dev.sluice.r2dbc.work.WorkFixture.number;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.r2dbc.work.EnricherProcess.Step;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Processes that enrich candidates in phases, killed with SIGKILL at random points; another process of the fleet goes on. */
@SluiceTest(migrations = WorkFixture.TABLES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledEnricherTest {

    private static final int CANDIDATES = 100;

    /** Each candidate is asked for, written and answered; a kill in the last fifth would find nothing to interrupt. */
    private static final int POINTS = CANDIDATES * 3 * 4 / 5;

    /** On a slow machine a JVM takes its time to start. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final TestDatabase database;
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final List<EnricherProcess> processes = new ArrayList<>();
    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private int round;

    KilledEnricherTest(TestDatabase database) {
        this.database = database;
    }

    /** One kill: after which step, and how many candidates it left. */
    private record Kill(int point, long left) {}

    @BeforeAll
    void prepare() {
        WorkFixture.prepare(database);
        System.out.println("KilledEnricherTest seed " + seed);
    }

    @AfterEach
    void end() {
        processes.forEach(EnricherProcess::close);
        processes.clear();
    }

    @Test
    void threeKillsLeaveEachCandidateEnrichedOnce() throws Exception {
        killed(3);
    }

    @Test
    @Tag("long")
    void twentyKillsLeaveEachCandidateEnrichedOnce() throws Exception {
        killed(20);
    }

    /** The negative control: who marks what it takes before it is done drops what it had when it was killed. */
    @Test
    void marksThatAreSetBeforehandDropWhatADeadProcessHad() throws Exception {
        EnricherProcess naive = start("naive");
        fill();
        afterStep(random.nextInt(10, 60));
        naive.kill();

        start("phases");
        Await.until(
                PATIENCE,
                () -> number(database, "select count(*) from candidates where signal is null") == 0,
                "another process has done all that it can find");
        assertThat(number(database, "select count(*) from candidates where effects = 1"))
                .isLessThan(CANDIDATES);
    }

    private void killed(int rounds) throws Exception {
        List<Kill> kills = new ArrayList<>();
        start("phases");
        start("phases");
        for (int i = 0; i < rounds; i++) {
            kills.add(kill());
        }

        assertThat(kills).as("kills that interrupted something, seed %d", seed).anyMatch(kill -> kill.left() > 0);
        if (rounds > 3) {
            System.out.println("points (of %d): %s, left: %s"
                    .formatted(
                            3 * CANDIDATES,
                            kills.stream().map(Kill::point).toList(),
                            kills.stream().map(Kill::left).toList()));
        }
    }

    private Kill kill() throws Exception {
        fill();
        int point = random.nextInt(POINTS);
        EnricherProcess runner = afterStep(point);
        runner.kill();
        processes.remove(runner);
        // While the other waits for the lease, which it does for longer.
        long left = number(database, "select count(*) from candidates where signal is null");
        start("phases");

        Await.until(
                PATIENCE,
                () -> number(database, "select count(*) from candidates where signal is null") == 0,
                "another process does the rest");
        assertThat(number(database, "select count(*) from candidates where effects = 1"))
                .as("round %d, killed at %d, seed %d", round, point, seed)
                .isEqualTo(CANDIDATES);
        return new Kill(point, left);
    }

    /** Waits until so many steps of this round were done. */
    private EnricherProcess afterStep(int point) throws InterruptedException {
        int seen = 0;
        while (true) {
            Step step = Objects.requireNonNull(
                    steps.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS), "no process does anything");
            // Steps of rounds before are still in the queue.
            if (step.id() / 1_000 == round && seen++ == point) {
                return step.by();
            }
        }
    }

    /** Begins a round: candidates with ids of its own. */
    private void fill() {
        round++;
        database.execute(
                Role.OWNER,
                "delete from candidates; insert into candidates select 'acme', i from generate_series(%d, %d) i"
                        .formatted(round * 1_000, round * 1_000 + CANDIDATES - 1));
    }

    private EnricherProcess start(String way) throws IOException {
        EnricherProcess started = EnricherProcess.start(database, way, steps);
        processes.add(started);
        return started;
    }
}

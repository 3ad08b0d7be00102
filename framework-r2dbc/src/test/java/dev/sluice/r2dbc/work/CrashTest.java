package dev.sluice.r2dbc.work;

import static dev.sluice.r2dbc.work.WorkFixture.WAIT;
import static dev.sluice.r2dbc.work.WorkFixture.number;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.work.Fence;
import dev.sluice.work.LeaseLostException;
import dev.sluice.work.PhasesReport;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Phases that end at a random point, ten times by a subscription that is abandoned, as by a death, and ten times by a runner that
 * is frozen at that point, replaced, and then goes on: a second runner, under the next epoch, does the rest.
 */
@SluiceTest(migrations = WorkFixture.TABLES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashTest {

    private static final int CANDIDATES = 60;
    private static final int ROUNDS = 20;

    private final TestDatabase database;
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private Sluice sluice;

    CrashTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void connect() {
        WorkFixture.prepare(database);
        sluice = WorkFixture.connect(database);
        System.out.println("CrashTest seed " + seed);
    }

    @AfterAll
    void close() {
        sluice.closeGracefully().block(WAIT);
    }

    @Test
    void whateverThePointEachCandidateIsEnrichedOnceInEffect() {
        for (int round = 0; round < ROUNDS; round++) {
            WorkFixture.fill(database, "acme", CANDIDATES);
            Fence first = take();
            int point = random.nextInt(CANDIDATES);
            boolean dies = round % 2 == 0;

            Stop stop = new Stop(point);
            CompletableFuture<PhasesReport<Candidate>> run = run(first, stop);
            stop.reached.asMono().block(WAIT);
            if (dies) {
                run.cancel(true);
            }
            WorkFixture.takeOver(database, first.lease());
            Fence second = new Fence(first.lease(), first.epoch() + 1);
            PhasesReport<Candidate> rest =
                    run(second, new Stop(Integer.MAX_VALUE)).join();
            stop.goOn.tryEmitEmpty();

            if (!dies) {
                assertThat(run.handle((report, error) -> unwrapped(error)).join())
                        .as("round %d, frozen at %d, seed %d", round, point, seed)
                        .isInstanceOf(LeaseLostException.class);
            }
            assertThat(rest.failures()).isEmpty();
            assertThat(number(database, "select count(*) from candidates where effects = 1 and signal is not null"))
                    .as("round %d, %s at %d, seed %d", round, dies ? "dead" : "frozen", point, seed)
                    .isEqualTo(CANDIDATES);
        }
    }

    /** Without a fence and a version check the frozen runner does a second time what the other has done. */
    @Test
    void theNegativeControlEnrichesTwice() {
        WorkFixture.fill(database, "acme", CANDIDATES);
        Stop stop = new Stop(5);
        CompletableFuture<PhasesReport<Candidate>> frozen =
                phases(stop, false).contextWrite(Access.tenant("acme")).toFuture();
        stop.reached.asMono().block(WAIT);
        phases(new Stop(Integer.MAX_VALUE), false)
                .contextWrite(Access.tenant("acme"))
                .block(WAIT);
        stop.goOn.tryEmitEmpty();
        frozen.join();

        assertThat(number(database, "select count(*) from candidates where effects = 2"))
                .isPositive();
    }

    private Fence take() {
        database.execute(Role.OWNER, "delete from sluice_leases");
        database.value(Role.APP, Boolean.class, "select taken from sluice_take_lease('enricher', 'me', 600000)");
        return new Fence("enricher", 1);
    }

    private CompletableFuture<PhasesReport<Candidate>> run(Fence fence, Stop stop) {
        return phases(stop, true)
                .contextWrite(fence)
                .contextWrite(Access.tenant("acme").workload("background").deadline(WAIT))
                .toFuture();
    }

    private Mono<PhasesReport<Candidate>> phases(Stop stop, boolean checked) {
        return sluice.phases()
                .read(this::due)
                .call(candidate -> stop.pass().thenReturn("signal of " + candidate.id()))
                .atOnce(4, WAIT)
                .write((candidate, signal) -> store(candidate, signal, checked))
                .perTransaction(5)
                .run();
    }

    private Flux<Candidate> due() {
        return sluice.sql("select id, version from candidates where signal is null order by id limit 200")
                .as(Candidate.class)
                .all();
    }

    private Mono<Long> store(Candidate candidate, String signal, boolean checked) {
        return sluice.sql("update candidates set signal = :signal, effects = effects + 1, version = version + 1"
                        + " where id = :id and (version = :version or not :checked)")
                .bind("signal", signal)
                .bind("id", candidate.id())
                .bind("version", candidate.version())
                .bind("checked", checked)
                .rowsUpdated();
    }

    private static Throwable unwrapped(Throwable error) {
        return error instanceof CompletionException e ? Objects.requireNonNull(e.getCause()) : error;
    }

    record Candidate(int id, long version) {}

    /** Where a runner stops: at its n-th call and those after it. */
    private static final class Stop {

        private final int point;
        private final AtomicInteger calls = new AtomicInteger();
        private final Sinks.Empty<Void> reached = Sinks.empty();
        private final Sinks.Empty<Void> goOn = Sinks.empty();

        Stop(int point) {
            this.point = point;
        }

        /** A millisecond or so, so that calls and writes overlap. */
        Mono<Void> pass() {
            return Mono.defer(() -> {
                if (calls.getAndIncrement() < point) {
                    return Mono.delay(Duration.ofMillis(1)).then();
                }
                reached.tryEmitEmpty();
                return goOn.asMono();
            });
        }
    }
}

package dev.sluice.r2dbc.work;

import static dev.sluice.r2dbc.work.WorkFixture.WAIT;
import static dev.sluice.r2dbc.work.WorkFixture.as;
import static dev.sluice.r2dbc.work.WorkFixture.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.repository.VersionConflictException;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.work.Phases.Writing;
import dev.sluice.work.PhasesReport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@SluiceTest(migrations = WorkFixture.TABLES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PhasesTest {

    private static final Duration CALL = Duration.ofSeconds(20);

    private final TestDatabase database;
    private Sluice sluice;

    PhasesTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void connect() {
        WorkFixture.prepare(database);
        sluice = WorkFixture.connect(database);
    }

    @BeforeEach
    void fill() {
        WorkFixture.fill(database, "acme", 10);
    }

    @AfterAll
    void close() {
        sluice.closeGracefully().block(WAIT);
    }

    @Test
    void whileTheOtherServiceIsAskedNobodyHoldsAConnection() {
        AtomicInteger held = new AtomicInteger();

        PhasesReport<Candidate> report = run(phases(candidate -> Mono.fromSupplier(() -> {
                            held.addAndGet((int) database.sessions(Role.APP, "idle in transaction"));
                            return "high";
                        })
                        .subscribeOn(Schedulers.boundedElastic()))
                // So that none is written while others are asked for.
                .perTransaction(10));

        assertThat(report).isEqualTo(new PhasesReport<>(10, 10, 0, List.of()));
        assertThat(held).hasValue(0);
        assertThat(number(database, "select count(*) from candidates where signal = 'high' and effects = 1"))
                .isEqualTo(10);
    }

    @Test
    void whatChangedMeanwhileIsNotOverwritten() {
        PhasesReport<Candidate> report = run(phases(candidate -> Mono.fromSupplier(() -> {
                    database.execute(
                            Role.OWNER,
                            "update candidates set version = version + 1, signal = 'by a person' where id in (3, 4) and version = 0");
                    return "high";
                })
                .subscribeOn(Schedulers.boundedElastic())));

        assertThat(report).isEqualTo(new PhasesReport<>(10, 8, 2, List.of()));
        assertThat(number(database, "select count(*) from candidates where signal = 'by a person'"))
                .isEqualTo(2);
    }

    @Test
    void aVersionConflictSaysTheSameAsNoRow() {
        Writing<Candidate> conflicting = sluice.phases()
                .read(this::due)
                .call(candidate -> Mono.just("high"))
                .write((candidate, signal) -> candidate.id() == 5
                        ? Mono.error(new VersionConflictException("candidates", 0))
                        : store(candidate, signal));

        assertThat(run(conflicting)).isEqualTo(new PhasesReport<>(10, 9, 1, List.of()));
    }

    @Test
    void oneThatFailsKeepsNoOtherFromIt() {
        PhasesReport<Candidate> report = run(sluice.phases()
                .read(this::due)
                .call(PhasesTest::askUnlessThree)
                // 100 effects are more than the table takes: the server refuses the statement, and with it the
                // transaction.
                .write((candidate, signal) -> candidate.id() == 7 ? effects(candidate, 100) : store(candidate, signal))
                .onFailure((candidate, error) -> store(candidate, "later")));

        assertThat(report.read()).isEqualTo(10);
        assertThat(report.written()).isEqualTo(8);
        assertThat(report.failures())
                .extracting(failure -> failure.candidate().id())
                .containsExactlyInAnyOrder(3, 7);
        assertThat(number(database, "select count(*) from candidates where effects = 1"))
                .isEqualTo(9);
        assertThat(number(database, "select id::bigint from candidates where signal = 'later'"))
                .isEqualTo(3);
    }

    @Test
    void aCallThatTakesTooLongFailsAlone() {
        PhasesReport<Candidate> report = run(sluice.phases()
                .read(this::due)
                .<String>call(candidate -> candidate.id() == 3 ? Mono.never() : Mono.just("high"))
                .atOnce(4, Duration.ofMillis(50))
                .write(this::store));

        assertThat(report.written()).isEqualTo(9);
        assertThat(report.failures()).singleElement().satisfies(failure -> assertThat(failure.error())
                .isInstanceOf(TimeoutException.class));
    }

    @Test
    void noAnswerIsNothingToWrite() {
        assertThat(run(phases(candidate -> Mono.empty()))).isEqualTo(new PhasesReport<>(10, 0, 0, List.of()));
    }

    @Test
    void insideATransactionPhasesAreRefused() {
        assertThatThrownBy(() -> as("acme", sluice.inTransaction(() -> phases(c -> Mono.just("high"))
                        .run())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("phases inside a transaction");
    }

    private PhasesReport<Candidate> run(Writing<Candidate> phases) {
        return Objects.requireNonNull(as("acme", phases.run()));
    }

    private Writing<Candidate> phases(Function<Candidate, Mono<String>> io) {
        return sluice.phases()
                .read(this::due)
                .call(io)
                .atOnce(4, CALL)
                .write(this::store)
                .perTransaction(3);
    }

    private Flux<Candidate> due() {
        return sluice.sql("select id, version from candidates where signal is null order by id limit 200")
                .as(Candidate.class)
                .all();
    }

    private Mono<Long> store(Candidate candidate, String signal) {
        return sluice.sql("update candidates set signal = :signal, effects = effects + 1, version = version + 1"
                        + " where id = :id and version = :version")
                .bind("signal", signal)
                .bind("id", candidate.id())
                .bind("version", candidate.version())
                .rowsUpdated();
    }

    private Mono<Long> effects(Candidate candidate, int effects) {
        return sluice.sql("update candidates set effects = :effects where id = :id")
                .bind("effects", effects)
                .bind("id", candidate.id())
                .rowsUpdated();
    }

    private static Mono<String> askUnlessThree(Candidate candidate) {
        return candidate.id() == 3 ? Mono.error(new IllegalStateException("no signal")) : Mono.just("high");
    }

    record Candidate(int id, long version) {}
}

package dev.sluice.spring.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.spring.FakeSluice;
import dev.sluice.spring.migration.MigrationObserver.Outcome;
import dev.sluice.spring.sampler.DatabaseSample.Migration;
import dev.sluice.spring.sampler.DatabaseSampler;
import dev.sluice.spring.sampler.Samples;
import dev.sluice.spring.settings.MigrationSettings;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What a start says of whom it waits for, and of what a crash has left. */
@SluiceTest
@ExtendWith(OutputCaptureExtension.class)
class WaitingStartTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String HOLDER = "sluice-migrations other/4711";

    /** Looks at the lock as often as it ever does, so that no wait is longer than the time between two words. */
    private static final RandomGenerator SHORTEST_PAUSES = () -> 0;

    private final TestDatabase database;
    private final AtomicReference<Duration> observed = new AtomicReference<>();
    private final AtomicReference<String> version = new AtomicReference<>();
    private MigrationLock lock;

    WaitingStartTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void clean() throws SQLException {
        database.execute(
                Role.OWNER,
                "drop table if exists flyway_schema_history, runs, more_2, more_3, more_4, more_5; drop schema if exists probe cascade");
        // Nobody beats here, so it may idle.
        LockTimes patient = new LockTimes(Duration.ofMinutes(10), Duration.ofSeconds(5));
        lock = flyway(HOLDER, settings(SOON, SOON, SOON), patient).sessions().openLock();
        Await.until(SOON, () -> lock.holder().isEmpty(), "the server has ended the session of the test before");
    }

    @AfterEach
    void release() throws SQLException {
        lock.close();
    }

    @Test
    void theHolderIsNamedAsInformationThenAsWarningThenAsError(CapturedOutput output) throws Exception {
        assertThat(lock.tryAcquire()).isTrue();
        CompletableFuture<Outcome> start = CompletableFuture.supplyAsync(
                () -> start(settings(Duration.ofSeconds(1), Duration.ofSeconds(3), SOON)));

        Await.until(SOON, () -> !waits(output, "ERROR").isEmpty(), "the wait is critical");
        lock.close();

        assertThat(start.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Outcome.ACQUIRED);
        String holder = "held by pid %d (application '%s', from ".formatted(lock.pid(), HOLDER);
        String advice = "if it makes no progress: select pg_terminate_backend(%d)".formatted(lock.pid());
        assertThat(waits(output, "INFO")).singleElement().satisfies(line -> assertThat(line)
                .contains("for 0 s: " + holder, " since 20")
                .doesNotContain(advice));
        assertThat(waits(output, "WARN")).singleElement().satisfies(line -> assertThat(line)
                .contains(holder, advice));
        assertThat(waits(output, "ERROR")).first().satisfies(line -> assertThat(line)
                .contains(holder, advice));
        assertThat(observed.get()).as("what the meter is told").isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void aStartThatMayWaitNoLongerSaysForWhomItWaited() throws Exception {
        assertThat(lock.tryAcquire()).isTrue();

        assertThatThrownBy(() -> start(settings(SOON, SOON, Duration.ofMillis(500))))
                .isInstanceOf(SluiceMigrationException.class)
                .hasMessageContaining("the migration lock was not free within 0 s (sluice.migrations.timeout)")
                .hasMessageContaining("held by pid %d (application '%s'".formatted(lock.pid(), HOLDER))
                .hasMessageContaining("select pg_terminate_backend(%d)".formatted(lock.pid()));
    }

    @Test
    void anInvalidIndexThatNoMigrationMakesIsReportedAfterTheRun(CapturedOutput output) throws Exception {
        breakAnIndex();

        assertThat(start(settings(SOON, SOON, SOON))).isEqualTo(Outcome.ACQUIRED);

        assertThat(output.getOut().lines().filter(line -> line.contains("is invalid, left by a crash")))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains(
                                "WARN",
                                "index probe.items_once of probe.items",
                                "drop index concurrently probe.items_once"));
    }

    @Test
    void theStatusNamesTheHolderAndTheInvalidIndex() throws Exception {
        assertThat(status()).contains("lock: free").doesNotContain("invalid: ");
        assertThat(lock.tryAcquire()).isTrue();
        breakAnIndex();

        assertThat(status())
                .contains(
                        "lock: held by pid %d (application '%s'".formatted(lock.pid(), HOLDER),
                        "select pg_terminate_backend(%d)".formatted(lock.pid()),
                        "invalid: index probe.items_once of probe.items",
                        "drop index concurrently probe.items_once");
    }

    /** As any instance shows it that runs, on its endpoint and its dashboard. */
    @Test
    void theSamplerNamesTheHolderAndCountsThoseWhoWait() throws Exception {
        DatabaseSampler sampler = new DatabaseSampler(
                new FakeSluice(),
                database.settings().build(),
                database.credentials(Role.MONITOR),
                SOON,
                Clock.systemUTC());
        try {
            assertThat(Samples.next(sampler).migration()).isEqualTo(new Migration(null, Duration.ZERO, 0));

            assertThat(lock.tryAcquire()).isTrue();
            CompletableFuture<Outcome> start = CompletableFuture.supplyAsync(() -> start(settings(SOON, SOON, SOON)));
            Samples.await(sampler, now -> now.migration().waiting() == 1, "one waits");
            assertThat(Samples.next(sampler).migration()).satisfies(now -> {
                assertThat(now.holder()).isEqualTo(HOLDER);
                assertThat(now.held()).isLessThan(SOON);
            });

            lock.close();
            assertThat(start.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Outcome.ACQUIRED);
            assertThat(version.get()).as("what the observers are told").isEqualTo("5");
            Samples.await(sampler, now -> now.migration().holder() == null, "nobody migrates");
        } finally {
            sampler.close().block(SOON);
        }
    }

    private static List<String> waits(CapturedOutput output, String level) {
        return output.getOut()
                .lines()
                .filter(line -> line.contains("waits for the migration lock") && line.contains(" " + level + " "))
                .toList();
    }

    // As a crash in the middle leaves it.
    private void breakAnIndex() throws SQLException {
        database.execute(
                Role.OWNER,
                "create schema probe; create table probe.items (id int); insert into probe.items values (1), (1)");
        try (Connection connection = database.connect(Role.OWNER);
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(
                            () -> statement.execute("create unique index concurrently items_once on probe.items (id)"))
                    .isInstanceOf(SQLException.class);
        }
    }

    private String status() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code = new MigrateCommand(new PrintStream(out, true, StandardCharsets.UTF_8))
                .run(
                        "--status",
                        "--spring.flyway.locations=classpath:db/migrators/clean",
                        "--sluice.url=" + database.url(),
                        "--sluice.username=" + database.credentials(Role.APP).username(),
                        "--sluice.password=" + database.credentials(Role.APP).password(),
                        "--sluice.migrations.username="
                                + database.credentials(Role.OWNER).username(),
                        "--sluice.migrations.password="
                                + database.credentials(Role.OWNER).password());
        assertThat(code).isEqualTo(MigrateCommand.NOT_CURRENT);
        return out.toString(StandardCharsets.UTF_8);
    }

    private MigrationSettings settings(Duration warning, Duration critical, Duration timeout) {
        return new MigrationSettings(
                database.credentials(Role.OWNER), warning, critical, Duration.ofMillis(200), timeout);
    }

    private Outcome start(MigrationSettings settings) {
        CoordinatedFlyway flyway = flyway("sluice-migrations test", settings, LockTimes.DEFAULT);
        return new MigrationCoordinator(
                        new FlywaySchema(flyway.flyway()),
                        flyway.sessions(),
                        settings,
                        LockTimes.DEFAULT,
                        new MigrationObserver() {
                            @Override
                            public void lockWaited(Duration waited, Outcome outcome) {
                                observed.set(waited);
                            }

                            @Override
                            public void current(String newest) {
                                version.set(newest);
                            }
                        },
                        SHORTEST_PAUSES)
                .run();
    }

    private CoordinatedFlyway flyway(String application, MigrationSettings settings, LockTimes times) {
        return CoordinatedFlyway.of(
                Flyway.configure()
                        .dataSource(
                                database.jdbcUrl(),
                                database.credentials(Role.OWNER).username(),
                                database.credentials(Role.OWNER).password())
                        .locations("classpath:db/migrators/clean"),
                settings,
                times,
                application);
    }
}

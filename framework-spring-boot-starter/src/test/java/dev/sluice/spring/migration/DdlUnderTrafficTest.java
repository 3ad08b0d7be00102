package dev.sluice.spring.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spring.migration.MigrationObserver.Outcome;
import dev.sluice.spring.settings.MigrationSettings;
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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A migration that wants a table which a long transaction uses, with readers behind it. */
@SluiceTest
class DdlUnderTrafficTest {

    private static final Duration LOCK_TIMEOUT = Duration.ofMillis(200);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int TRIES = 7;
    /** In ms: without a lock timeout readers wait for longer. */
    private static final long SHORTER_THAN_THE_LONG_READER = 1_000;
    /** Who waits so long waits for the migration. */
    private static final Duration BLOCKED = Duration.ofMillis(100);

    private final TestDatabase database;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicBoolean over = new AtomicBoolean();

    DdlUnderTrafficTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void prepare() {
        database.execute(
                Role.OWNER,
                "drop table if exists flyway_schema_history; drop schema if exists probe cascade; create schema probe;"
                        + " create table probe.traffic (id int); create table probe.quiet (id int)");
    }

    @AfterEach
    void end() throws InterruptedException {
        over.set(true);
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void readersWaitForTheLockTimeoutAtMostAndTheMigrationIsAppliedWhenItCanBe() throws Exception {
        Future<Outcome> migration;
        AtomicInteger reads = new AtomicInteger();
        Future<List<Long>> waits = threads.submit(reader("probe.traffic", reads));
        // What the machine itself costs is what a reader of a table sees that nobody migrates.
        Future<List<Long>> pauses = threads.submit(reader("probe.quiet", new AtomicInteger()));
        try (Connection longReader = longReader()) {
            migration = threads.submit(() -> coordinator().run());
            for (int i = 0; i < TRIES; i++) {
                Await.until(SOON, () -> waiting() == 2, "a reader waits behind the migration");
                int before = reads.get();
                Await.until(SOON, () -> reads.get() > before + 1, "readers get through in spite of it");
            }
            assertThat(migration).isNotDone();
            longReader.rollback();
        }

        assertThat(migration.get(60, TimeUnit.SECONDS)).isEqualTo(Outcome.ACQUIRED);
        over.set(true);
        long paused =
                pauses.get(30, TimeUnit.SECONDS).stream().max(Long::compare).orElse(0L);
        List<Long> all = waits.get(30, TimeUnit.SECONDS);
        assertThat(all).allMatch(wait -> wait < SHORTER_THAN_THE_LONG_READER + paused);
        assertThat(all)
                .as(
                        "waits of readers behind the migration, in ms; all but one in which only that reader may have paused")
                // And one in which it came so late that the rest was short.
                .hasSizeGreaterThanOrEqualTo(TRIES - 1)
                .filteredOn(wait -> wait > LOCK_TIMEOUT.toMillis() + 100 + paused)
                .hasSizeLessThanOrEqualTo(1);
        assertThat(columns()).isEqualTo(2);
    }

    @Test
    void withoutALockTimeoutReadersWaitAsLongAsTheLongestTransaction() throws Exception {
        Future<?> migration;
        Future<List<Long>> waits = threads.submit(reader("probe.traffic", new AtomicInteger()));
        try (Connection longReader = longReader()) {
            migration = threads.submit(() -> flyway().load().migrate());
            Await.until(
                    SOON,
                    () -> database.value(
                                    Role.SUPERUSER,
                                    Boolean.class,
                                    "select count(*) = 2 and min(clock_timestamp() - waitstart) > interval '1 s'"
                                            + " from pg_locks where not granted")
                            .equals(true),
                    "a reader waits for a second and longer");
            longReader.rollback();
        }
        migration.get(60, TimeUnit.SECONDS);
        over.set(true);
        assertThat(waits.get(30, TimeUnit.SECONDS)).anyMatch(wait -> wait > SHORTER_THAN_THE_LONG_READER);
    }

    private Connection longReader() throws SQLException {
        Connection connection = database.connect(Role.OWNER);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select * from probe.traffic");
        }
        return connection;
    }

    /** Reads until it is over, and answers with the waits that were long, in ms. */
    private Callable<List<Long>> reader(String table, AtomicInteger reads) {
        return () -> {
            List<Long> waits = new ArrayList<>();
            try (Connection connection = database.connect(Role.OWNER);
                    Statement statement = connection.createStatement()) {
                while (!over.get()) {
                    long begin = System.nanoTime();
                    statement.execute("select count(*) from " + table);
                    Duration wait = Duration.ofNanos(System.nanoTime() - begin);
                    if (wait.compareTo(BLOCKED) >= 0) {
                        waits.add(wait.toMillis());
                    }
                    reads.incrementAndGet();
                }
            }
            return waits;
        };
    }

    // The migration and the reader.
    private long waiting() {
        return database.value(
                Role.SUPERUSER,
                Long.class,
                "select count(*) from pg_locks where not granted and database ="
                        + " (select oid from pg_database where datname = current_database())");
    }

    private long columns() {
        return database.value(
                Role.OWNER, Long.class, "select count(*) from information_schema.columns where table_name = 'traffic'");
    }

    private FluentConfiguration flyway() {
        return Flyway.configure()
                .dataSource(
                        database.jdbcUrl(),
                        database.credentials(Role.OWNER).username(),
                        database.credentials(Role.OWNER).password())
                .locations("classpath:db/migrators/table");
    }

    private MigrationCoordinator coordinator() {
        MigrationSettings settings = new MigrationSettings(
                database.credentials(Role.OWNER), Duration.ofSeconds(30), SOON, LOCK_TIMEOUT, SOON);
        CoordinatedFlyway flyway =
                CoordinatedFlyway.of(flyway(), settings, LockTimes.DEFAULT, "sluice-migrations test");
        return new MigrationCoordinator(
                new FlywaySchema(flyway.flyway()),
                flyway.sessions(),
                settings,
                LockTimes.DEFAULT,
                (waited, outcome) -> {},
                // The shortest pauses between its tries.
                () -> 0);
    }
}

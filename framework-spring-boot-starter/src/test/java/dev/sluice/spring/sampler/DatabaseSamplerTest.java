package dev.sluice.spring.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceSettings;
import dev.sluice.spring.FakeSluice;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** Each thing that the sampler looks for is made to happen, and to end. */
@SluiceTest
class DatabaseSamplerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;
    private final DatabaseSampler sampler;

    DatabaseSamplerTest(TestDatabase database) {
        this.database = database;
        this.sampler = sampler(database);
    }

    private static DatabaseSampler sampler(TestDatabase database) {
        SluiceSettings settings = database.settings().build();
        return new DatabaseSampler(
                new FakeSluice(),
                settings,
                database.credentials(Role.MONITOR),
                Duration.ofMillis(200),
                Clock.systemUTC());
    }

    @AfterEach
    void close() {
        sampler.close().block(PATIENCE);
    }

    private DatabaseSample sample() {
        return Samples.next(sampler);
    }

    private void await(Predicate<DatabaseSample> condition, String description) {
        Samples.await(sampler, condition, description);
    }

    /** As its rounds do; BlockHound looks on. */
    @Test
    void itAsksFromAThreadThatMayNotBlock() {
        sampler.sample().subscribeOn(Schedulers.parallel()).block(PATIENCE);

        assertThat(sampler.last()).isPresent();
    }

    @Test
    void connectionsAreCountedByStateAgainstTheMost() throws SQLException {
        DatabaseSample before = sample();
        assertThat(before.connections().max())
                .isEqualTo(Integer.parseInt(database.value(Role.MONITOR, String.class, "show max_connections")));

        try (Connection idle = database.connect(Role.APP);
                Connection transaction = database.connect(Role.APP)) {
            begin(transaction);
            await(
                    now -> now.connections().idle() >= 1 && now.connections().idleInTransaction() >= 1,
                    "one idles, and one in a transaction");
            assertThat(sample().connections().total()).isGreaterThanOrEqualTo(2);
            assertThat(idle.isValid(1)).isTrue();
        }
    }

    @Test
    void connectionsThatSluiceDidNotOpenAreUnmanaged() throws SQLException {
        await(now -> now.unmanaged() == 0, "those of other tests are gone");

        try (Connection own = database.connect(Role.APP);
                Connection door = database.connect(Role.ACROSS);
                Connection monitor = database.connect(Role.MONITOR);
                Connection named = named("sluice")) {
            await(now -> now.unmanaged() == 2, "the app's and the door's are seen, and no other");
            assertThat(own.isValid(1) && door.isValid(1) && monitor.isValid(1) && named.isValid(1))
                    .isTrue();
        }

        await(now -> now.unmanaged() == 0, "they are gone");
    }

    private Connection named(String application) throws SQLException {
        return DriverManager.getConnection(
                database.jdbcUrl() + "&ApplicationName=" + application,
                database.credentials(Role.APP).username(),
                database.credentials(Role.APP).password());
    }

    @Test
    void theLongestIdleTransactionIsNamedByItsApplication() throws SQLException {
        try (Connection forgetful = named("forgetful")) {
            begin(forgetful);
            await(
                    now -> "forgetful".equals(now.activity().longestIdleApplication())
                            && now.activity().longestIdle().toMillis() > 50
                            && now.activity().longestTransaction().toMillis() > 50,
                    "it idles");
        }

        await(now -> now.activity().longestIdle().isZero(), "nobody idles");
    }

    @Test
    void statementsThatRunForVeryLongAreCounted() {
        CompletableFuture<?> sleeping =
                CompletableFuture.runAsync(() -> database.rows(Role.APP, "select pg_sleep(60)"));
        await(now -> now.activity().longQueries() == 1, "it runs for longer than 200 ms");

        database.terminateSessions(Role.APP);

        await(now -> now.activity().longQueries() == 0, "it was stopped");
        Await.until(PATIENCE, sleeping::isDone, "its thread has ended");
    }

    @Test
    void waitsForLocksAreCountedAndTimed() throws SQLException {
        database.execute(Role.OWNER, "drop table if exists locked; create table locked (id int)");
        try (Connection holder = database.connect(Role.OWNER)) {
            begin(holder);
            execute(holder, "lock table locked");
            CompletableFuture<?> waiting =
                    CompletableFuture.runAsync(() -> database.rows(Role.OWNER, "select * from locked"));

            await(
                    now -> now.activity().lockWaits() == 1
                            && now.activity().longestLockWait().toMillis() > 50,
                    "one waits");
            holder.rollback();

            await(now -> now.activity().lockWaits() == 0, "nobody waits");
            Await.until(PATIENCE, waiting::isDone, "its thread has ended");
        }
    }

    @Test
    void anOldSnapshotHoldsTheHorizonBack() throws SQLException {
        database.execute(Role.OWNER, "drop table if exists written; create table written (id int)");
        try (Connection reader = database.connect(Role.OWNER)) {
            reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            begin(reader);
            for (int i = 0; i < 20; i++) {
                database.execute(Role.OWNER, "insert into written values (1)");
            }

            await(
                    now -> now.horizon().transactions() >= 20
                            && now.horizon().time().toMillis() > 50,
                    "the snapshot is twenty transactions old");
        }
    }

    @Test
    void deadRowsAndEmptyPagesAreEstimatedAsBloat() throws SQLException {
        database.execute(
                Role.OWNER,
                "drop table if exists bloated; create table bloated (id bigint primary key, filler text)"
                        + " with (autovacuum_enabled = false)");
        // What this one counts is counted before the vacuum counts all, and not on top of that a moment later.
        try (Connection writer = database.connect(Role.OWNER)) {
            execute(writer, "insert into bloated select i, repeat('x', 100) from generate_series(1, 50000) i");
            execute(writer, "select pg_stat_force_next_flush()");
        }
        database.execute(Role.OWNER, "vacuum analyze bloated");
        sampler.estimateBloat().block(PATIENCE);
        DatabaseSample.Bloat fresh = sampler.bloat().orElseThrow();
        assertThat(fresh.tableShare()).isLessThan(0.05);
        assertThat(fresh.indexShare()).isLessThan(0.2);

        database.execute(Role.OWNER, "delete from bloated where id % 10 <> 0");
        Await.until(
                PATIENCE,
                () -> {
                    sampler.estimateBloat().block(PATIENCE);
                    return sampler.bloat().orElseThrow().tableShare() > 0.8;
                },
                "dead rows show");
        database.execute(Role.OWNER, "vacuum analyze bloated");

        Await.until(
                PATIENCE,
                () -> {
                    sampler.estimateBloat().block(PATIENCE);
                    DatabaseSample.Bloat now = sampler.bloat().orElseThrow();
                    return now.indexShare() > 0.5 && now.indexes() > 100_000;
                },
                "empty pages of the index show");
    }

    @Test
    void aServerThatIsGoneLeavesNoSampleAndIsAskedAgain() {
        sample();

        database.terminateSessions(Role.MONITOR);
        Await.until(
                PATIENCE,
                () -> {
                    sampler.sample().block(PATIENCE);
                    return sampler.last().isPresent();
                },
                "it has answers again");

        DatabaseSampler nowhere = new DatabaseSampler(
                new FakeSluice(),
                SluiceSettings.builder("r2dbc:postgresql://localhost:1/none", database.credentials(Role.APP))
                        .build(),
                database.credentials(Role.MONITOR),
                Duration.ofMinutes(5),
                Clock.systemUTC());
        nowhere.sample().block(PATIENCE);
        nowhere.estimateBloat().block(PATIENCE);
        assertThat(nowhere.last()).isEmpty();
        assertThat(nowhere.bloat()).isEmpty();
    }

    @Test
    void replicationSlotsAreShownWithWhatTheyRetain() {
        try (SluiceCluster own = SluiceCluster.start(ClusterSpec.single())) {
            TestDatabase fresh = own.createDatabase();
            DatabaseSampler slots = sampler(fresh);
            assertThat(Samples.next(slots).slots()).isEmpty();

            fresh.rows(Role.SUPERUSER, "select pg_create_physical_replication_slot('forgotten', true)");
            fresh.execute(Role.OWNER, "create table filler as select repeat('x', 1000) from generate_series(1, 1000)");

            assertThat(Samples.next(slots).slots()).singleElement().satisfies(slot -> {
                assertThat(slot.name()).isEqualTo("forgotten");
                assertThat(slot.active()).isFalse();
                assertThat(slot.retainedBytes()).isGreaterThan(100_000);
            });
            slots.close().block(PATIENCE);
        }
    }

    private static void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        execute(connection, "select 1");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

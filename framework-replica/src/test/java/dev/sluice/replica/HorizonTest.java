package dev.sluice.replica;

import static dev.sluice.replica.RoutingFixture.PATIENCE;
import static dev.sluice.replica.RoutingFixture.PRIMARY;
import static dev.sluice.replica.RoutingFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.RoutingSettings;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Commits that a standby shows and the primary does not: the primary waits with them for a synchronous standby that does not
 * exist, and the standby that there is waits for nobody.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HorizonTest {

    private static final String FIRST = "select value from counters where id = 1";

    private SluiceCluster servers;
    private TestDatabase database;
    private ClusterNode standby;
    private RoutingFixture fixture;
    private final List<CompletableFuture<?>> writers = new ArrayList<>();
    private long before;

    @BeforeAll
    void startServers() {
        servers = SluiceCluster.start(ClusterSpec.withStandbys(1));
        database = RoutingFixture.createTable(servers);
        standby = servers.standbys().get(0);
    }

    @AfterAll
    void stopServers() {
        servers.close();
    }

    @AfterEach
    void close() throws Exception {
        letCommitsThrough();
        for (CompletableFuture<?> writer : writers) {
            writer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        if (fixture != null) {
            fixture.close();
        }
    }

    private void open(Duration wait) {
        RoutingSettings defaults = RoutingSettings.DEFAULT;
        fixture = new RoutingFixture(
                servers,
                database,
                new RoutingSettings(
                        defaults.defaultConsistency(),
                        defaults.maxLag(),
                        defaults.maxLagBytes(),
                        defaults.whenNone(),
                        defaults.primaryReads(),
                        defaults.probeInterval(),
                        wait,
                        defaults.failoverWait()));
    }

    private void holdCommits() {
        SynchronousCommits.waitFor("nobody", servers.primary(), database);
    }

    private void letCommitsThrough() {
        SynchronousCommits.waitFor("", servers.primary(), database);
    }

    /** A session that has read on the standby what the primary does not show. */
    private SessionPosition aheadOfThePrimary() {
        before = database.value(Role.OWNER, Long.class, FIRST);
        holdCommits();
        writers.add(CompletableFuture.runAsync(
                () -> database.execute(Role.OWNER, "update counters set value = value + 1 where id = 1")));
        Await.until(PATIENCE, () -> firstOnStandby() == before + 1, "the standby shows the commit");

        SessionPosition session = SessionPosition.none();
        assertThat(fixture.read(1, session).block(PATIENCE)).isEqualTo(before + 1);
        assertThat(fixture.last().replica()).isTrue();
        assertThat(session.horizon()).isPositive();
        return session;
    }

    private long firstOnStandby() {
        return database.on(standby).value(Role.OWNER, Long.class, FIRST);
    }

    private static LeaseRequest onPrimary(SessionPosition session) {
        return request(false, ReadConsistency.primary(), session, PATIENCE);
    }

    private long readPrimary(SessionPosition session) {
        return Objects.requireNonNull(fixture.read(onPrimary(session), FIRST).block(PATIENCE));
    }

    @Test
    void aReadOfThePrimaryWaitsForWhatItsSessionHasSeenOnAStandby() throws Exception {
        open(PATIENCE);
        SessionPosition session = aheadOfThePrimary();
        SessionPosition unchecked = SessionPosition.at(Objects.requireNonNull(session.seen()));

        CompletableFuture<Long> read = fixture.read(onPrimary(session), FIRST).toFuture();
        CompletableFuture<List<Long>> stream = fixture.cluster.leases().stream(
                        onPrimary(session),
                        now -> now.stream(
                                Group.of("stream", FIRST), row -> Objects.requireNonNull(row.get(0, Long.class)), 10))
                .collectList()
                .toFuture();
        CompletableFuture<Lease> transaction =
                fixture.cluster.leases().acquire(request(true, session)).toFuture();

        // The negative control: the same position without the horizon goes back.
        assertThat(readPrimary(unchecked)).isEqualTo(before);
        assertThat(List.of(read, stream, transaction)).noneMatch(CompletableFuture::isDone);

        letCommitsThrough();
        assertThat(read.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(before + 1);
        assertThat(stream.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).containsExactly(before + 1);
        transaction.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).release().block(PATIENCE);
        assertThat(session.horizon()).isZero();
        assertThat(fixture.unshown).isEmpty();
    }

    @Test
    void aWaitIsBoundedAndWhatGoesOnWithoutIsCountedAndDoesNotWaitAgain() {
        open(Duration.ZERO);
        SessionPosition session = aheadOfThePrimary();

        long begun = System.nanoTime();
        assertThat(readPrimary(session)).isEqualTo(before);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(250));
        assertThat(fixture.unshown).containsExactly(PRIMARY);

        assertThat(readPrimary(session)).isEqualTo(before);
        assertThat(fixture.unshown).containsExactly(PRIMARY, PRIMARY);
        assertThat(session.horizon()).as("it may show it later").isPositive();
    }

    @Test
    void aReadThatIsCancelledWhileItWaitsLeavesNothingBehind() {
        open(PATIENCE);
        SessionPosition session = aheadOfThePrimary();

        fixture.read(onPrimary(session), FIRST).subscribe().dispose();

        assertThat(fixture.cluster.leases().inUse()).isZero();
        letCommitsThrough();
        assertThat(readPrimary(session)).isEqualTo(before + 1);
    }

    @Test
    void aTransactionThatGoesOnAndOnIsNotWaitedFor() throws SQLException {
        open(PATIENCE);
        try (Connection connection = database.connect(Role.OWNER);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("update counters set value = value + 1 where id = 2");
            before = database.value(Role.OWNER, Long.class, FIRST);
            database.execute(Role.OWNER, "update counters set value = value + 1 where id = 1");
            Await.until(PATIENCE, () -> firstOnStandby() == before + 1, "the standby shows the commit");

            SessionPosition session = SessionPosition.none();
            assertThat(fixture.read(1, session).block(PATIENCE)).isEqualTo(before + 1);
            assertThat(session.horizon()).as("it cannot be told yet").isPositive();

            long begun = System.nanoTime();
            assertThat(readPrimary(session)).isEqualTo(before + 1);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE.dividedBy(2));
            assertThat(session.horizon()).isZero();
            connection.rollback();
        }
        assertThat(fixture.unshown).isEmpty();
    }
}

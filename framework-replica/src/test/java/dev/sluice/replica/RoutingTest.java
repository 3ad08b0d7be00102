package dev.sluice.replica;

import static dev.sluice.replica.RoutingFixture.PATIENCE;
import static dev.sluice.replica.RoutingFixture.PRIMARY;
import static dev.sluice.replica.RoutingFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.AdmissionSettings;
import dev.sluice.RoutingSettings;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.RouteObserver.Reason;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.replica.RoutingFixture.Route;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where calls go while all nodes are well, and what sessions see. The tests leave the servers as they found them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutingTest {

    private SluiceCluster servers;
    private TestDatabase database;
    private RoutingFixture routing;

    @BeforeAll
    void startServers() {
        servers = SluiceCluster.start(ClusterSpec.withStandbys(2));
        database = RoutingFixture.createTable(servers);
    }

    @AfterAll
    void stopServers() {
        if (servers != null) {
            servers.close();
        }
    }

    @BeforeEach
    void open() {
        routing = new RoutingFixture(servers, database, RoutingSettings.DEFAULT);
    }

    @AfterEach
    void close() {
        servers.standbys().forEach(ClusterNode::resumeReplay);
        routing.close();
    }

    @Test
    void readsAreSpreadOverTheReplicas() {
        // One after the other: several at once, without a pause, follow the speed that the machine leaves each server.
        Flux.range(0, 1_000).concatMap(i -> routing.read(1 + i % 100, null)).blockLast(PATIENCE);

        assertThat(routing.count("standby1")).isBetween(400, 600);
        assertThat(routing.count(PRIMARY)).isZero();
        assertThat(routing.routes).allMatch(route -> route.reason() == Reason.BALANCED && route.replica());
    }

    @Test
    void aSessionSeesWhatItWroteOnWhicheverNode() {
        SessionPosition session = SessionPosition.none();

        for (int i = 0; i < 50; i++) {
            Long before = routing.read(1, session).block(PATIENCE);
            routing.increment(1, session).block(PATIENCE);
            assertThat(routing.read(1, session).block(PATIENCE)).isEqualTo(before + 1);
        }
        assertThat(session.seen()).isNotNull();
        assertThat(session.unknownWrites()).isZero();
        assertThat(routing.count("standby1") + routing.count("standby2")).isPositive();
    }

    @Test
    void aSessionReadsThePrimaryWhileNoReplicaHasItsWrite() {
        SessionPosition session = SessionPosition.none();
        long before = now(2);
        servers.standbys().forEach(ClusterNode::pauseReplay);

        routing.increment(2, session).block(PATIENCE);

        assertThat(routing.read(2, session).block(PATIENCE)).isEqualTo(before + 1);
        assertThat(routing.last()).isEqualTo(new Route(PRIMARY, false, Reason.BEHIND));
        // Somebody else has seen nothing yet, and shows that the replicas are behind indeed.
        assertThat(routing.read(2, SessionPosition.none()).block(PATIENCE)).isEqualTo(before);
        // Who belongs to no session sees what this process wrote.
        assertThat(routing.read(2, null).block(PATIENCE)).isEqualTo(before + 1);
        // So does a session that begins now.
        SessionPosition begun = routing.cluster.newSession();
        assertThat(routing.read(2, begun).block(PATIENCE)).isEqualTo(before + 1);
        assertThat(begun.seen()).isNotNull().isGreaterThanOrEqualTo(session.seen());
    }

    @Test
    void oneReplicaThatHasTheWriteServesIt() {
        SessionPosition session = SessionPosition.none();
        servers.standbys().get(0).pauseReplay();
        routing.increment(3, session).block(PATIENCE);
        routing.awaitReached(2, session);
        routing.forget();

        for (int i = 0; i < 20; i++) {
            assertThat(routing.read(3, session).block(PATIENCE)).isEqualTo(now(3));
        }
        assertThat(routing.count("standby1")).isZero();
        assertThat(routing.count("standby2")).isGreaterThan(15);
    }

    @Test
    void aTenantsLimitHoldsOnEachNode() {
        assertThat(mostAtOnce(3)).containsOnly(3L);
        // Without it there would be more.
        assertThat(mostAtOnce(6)).allMatch(most -> most > 3);
    }

    /** What the servers see of a tenant that asks for all at once, for each standby. */
    private List<Long> mostAtOnce(int limit) {
        AdmissionSettings limits = AdmissionSettings.DEFAULT.withTenantDefaults(
                new TenantLimits(limit, 0, 1, 1_000, 0, PrincipalLimits.NONE));
        AtomicLongArray most = new AtomicLongArray(servers.standbys().size());
        AtomicInteger looks = new AtomicInteger();
        try (RoutingFixture limited =
                new RoutingFixture(servers, database, RoutingSettings.DEFAULT, change -> change.admission(limits))) {
            CompletableFuture<Void> load = Flux.range(0, 60)
                    .flatMap(
                            i -> Mono.defer(() -> limited.read(
                                            request(false, null), "select length(pg_sleep(0.2)::text)::bigint"))
                                    // However long a look takes, so many see the servers at work.
                                    .repeat(() -> looks.get() < 20),
                            60)
                    .then()
                    .toFuture();
            Await.until(
                    PATIENCE,
                    () -> {
                        for (int i = 0; i < most.length(); i++) {
                            most.accumulateAndGet(i, asleep(servers.standbys().get(i)), Math::max);
                        }
                        looks.incrementAndGet();
                        return load.isDone();
                    },
                    "all have read");
            load.join();
        }
        return IntStream.range(0, most.length()).mapToObj(most::get).toList();
    }

    private long asleep(ClusterNode node) {
        return database.on(node)
                .value(
                        Role.SUPERUSER,
                        Long.class,
                        "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'");
    }

    @Test
    void aReadForThePrimaryGoesThere() {
        routing.read(
                        request(false, ReadConsistency.primary(), null, PATIENCE),
                        "select value from counters where id = 1")
                .block(PATIENCE);

        assertThat(routing.last()).isEqualTo(new Route(PRIMARY, false, Reason.CONSISTENCY));
    }

    @Test
    void aWriteOfUnknownPositionIsReadFromThePrimaryUntilItIsKnown() {
        SessionPosition session = SessionPosition.unknown();

        routing.read(4, session).block(PATIENCE);
        assertThat(routing.last()).isEqualTo(new Route(PRIMARY, false, Reason.SESSION));
        assertThat(session.unknownWrites()).isZero();

        routing.awaitReached(1, session);
        routing.read(4, session).block(PATIENCE);
        assertThat(routing.last().replica()).isTrue();
    }

    @Test
    void aTransactionThatOnlyReadsRunsOnAReplicaAndCannotWriteThere() {
        SessionPosition session = SessionPosition.none();
        Lease lease = Objects.requireNonNull(
                routing.cluster.leases().acquire(request(false, session)).block(PATIENCE));

        Begun.begin(lease.session(), "BEGIN READ ONLY", List.of()).block(PATIENCE);
        assertThat(lease.session()
                        .rows(Group.of("r", "select pg_is_in_recovery()"), row -> row.get(0, Boolean.class), 1)
                        .block(PATIENCE))
                .containsExactly(true);
        assertThatThrownBy(() -> lease.session()
                        .rowsUpdated(Group.of("w", "update counters set value = 0"))
                        .block(PATIENCE))
                .isInstanceOf(R2dbcException.class)
                .hasMessageContaining("takes no writes (its transaction is read-only); nothing was sent");
        assertThat(lease.session().command("COMMIT").block(PATIENCE)).isEqualTo("COMMIT");
        lease.release().block(PATIENCE);

        assertThat(session.seen()).isNotNull();
        assertThat(session.unknownWrites()).isZero();
        assertThat(session.node()).startsWith("standby");
    }

    @Test
    void aTransactionThatWritesRaisesItsSessionByItsCommit() {
        SessionPosition session = SessionPosition.none();
        long before = now(5);
        servers.standbys().forEach(ClusterNode::pauseReplay);
        Lease lease = Objects.requireNonNull(
                routing.cluster.leases().acquire(request(true, session)).block(PATIENCE));
        Begun.begin(lease.session(), "BEGIN READ WRITE", List.of()).block(PATIENCE);
        lease.session()
                .rowsUpdated(Group.of("w", "update counters set value = value + 1 where id = 5"))
                .block(PATIENCE);
        lease.session().command("COMMIT").block(PATIENCE);
        lease.release().block(PATIENCE);

        assertThat(session.unknownWrites()).isZero();
        assertThat(routing.read(5, session).block(PATIENCE)).isEqualTo(before + 1);
        assertThat(routing.last().node()).isEqualTo(PRIMARY);
    }

    @Test
    void whatIsRolledBackLeavesASessionThatReadsThePrimaryOnce() {
        SessionPosition session = SessionPosition.none();
        Lease lease = Objects.requireNonNull(
                routing.cluster.leases().acquire(request(true, session)).block(PATIENCE));
        Begun.begin(lease.session(), "BEGIN READ WRITE", List.of()).block(PATIENCE);
        lease.session()
                .rows(Group.of("r", "select value from counters where id = 5"), row -> row.get(0, Long.class), 1)
                .block(PATIENCE);
        lease.release().block(PATIENCE);

        assertThat(session.unknownWrites()).isPositive();
    }

    @Test
    void theStatusesSayWhatEachNodeIs() {
        assertThat(routing.cluster.statuses())
                .extracting(NodeStatus::name, NodeStatus::role, NodeStatus::state)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(PRIMARY, NodeStatus.Role.PRIMARY, NodeStatus.State.UP),
                        org.assertj.core.groups.Tuple.tuple("standby1", NodeStatus.Role.STANDBY, NodeStatus.State.UP),
                        org.assertj.core.groups.Tuple.tuple("standby2", NodeStatus.Role.STANDBY, NodeStatus.State.UP));
    }

    @Test
    void aStreamComesFromAReplicaAndRaisesItsSession() {
        SessionPosition session = SessionPosition.none();

        assertThat(routing.cluster.leases().stream(
                                request(false, session),
                                now -> now.stream(
                                        Group.of("s", "select id from counters"), row -> row.get(0, Integer.class), 10))
                        .count()
                        .block(PATIENCE))
                .isEqualTo(100);
        assertThat(routing.last().replica()).isTrue();
        assertThat(session.seen()).isNotNull();
    }

    @Test
    void aReplicaThatIsBehindByMoreThanTheReadAcceptsIsNotUsed() {
        servers.standbys().get(0).pauseReplay();
        routing.increment(6, null).block(PATIENCE);
        Duration little = Duration.ofMillis(400);
        Await.until(
                PATIENCE,
                () -> {
                    routing.increment(6, null).block(PATIENCE);
                    Duration lag = routing.cluster.statuses().get(1).lag();
                    return lag != null && lag.compareTo(Duration.ofSeconds(1)) > 0;
                },
                "standby1 lags");
        routing.forget();

        for (int i = 0; i < 20; i++) {
            routing.read(
                            request(false, ReadConsistency.bounded(little.multipliedBy(2)), null, PATIENCE),
                            "select value from counters where id = 6")
                    .block(PATIENCE);
        }
        assertThat(routing.count("standby1")).isZero();
    }

    @Test
    void aTableThatNoReplicaHasReplayedIsReadFromThePrimary() {
        SessionPosition session = SessionPosition.none();
        routing.read(1, session).block(PATIENCE);
        servers.standbys().forEach(ClusterNode::pauseReplay);
        database.execute(Role.OWNER, "create table newest as select 7::bigint as value");

        assertThat(routing.read(request(false, session), "select value from newest")
                        .block(PATIENCE))
                .isEqualTo(7);
        assertThat(routing.last()).isEqualTo(new Route(PRIMARY, false, Reason.SCHEMA));
    }

    @Test
    void aPositionThatNobodyEverReachesIsReadFromThePrimaryUntilItIsForgotten() {
        SessionPosition session = SessionPosition.at(new Position(1, Lsn.parse("FFFFFFFF/0")));

        routing.read(1, session).block(PATIENCE);
        assertThat(routing.last()).isEqualTo(new Route(PRIMARY, false, Reason.BEHIND));
        routing.read(1, session).block(PATIENCE);
        assertThat(routing.last()).isEqualTo(new Route(PRIMARY, false, Reason.SESSION));
        assertThat(session.seen()).isNotNull().isLessThan(new Position(1, Lsn.parse("FFFFFFFF/0")));

        Await.until(
                PATIENCE,
                () -> {
                    routing.read(1, session).block(PATIENCE);
                    return routing.last().replica();
                },
                "replicas serve it again");
    }

    @Test
    void aRouterThatDoesNotSeeWhatFailsIsCaught() {
        try (RoutingFixture blind = routing.blind()) {
            SessionPosition session = SessionPosition.none();
            blind.read(1, session).block(PATIENCE);
            servers.standbys().forEach(ClusterNode::pauseReplay);
            database.execute(Role.OWNER, "create table hidden as select 7::bigint as value");

            assertThatThrownBy(() -> blind.read(request(false, session), "select value from hidden")
                            .block(PATIENCE))
                    .hasMessage(RoutingFixture.HIDDEN);
        }
    }

    @Test
    void aPrimaryThatClaimsToHaveReachedEveryPositionIsCaught() {
        SessionPosition session = SessionPosition.at(new Position(1, Lsn.parse("FFFFFFFF/0")));
        LyingLeases.Lie boast = new LyingLeases.Lie() {
            @Override
            public Lsn of(int timeline, Lsn lsn) {
                return timeline > 0 ? new Lsn(-1) : lsn;
            }
        };

        try (RoutingFixture boasting = routing.lying(boast)) {
            for (int i = 0; i < 20; i++) {
                boasting.read(1, session).block(PATIENCE);
                assertThat(boasting.last()).isEqualTo(new Route(PRIMARY, false, Reason.BEHIND));
            }
        }
    }

    private long now(int id) {
        return database.value(Role.SUPERUSER, Long.class, "select value from counters where id = " + id);
    }
}

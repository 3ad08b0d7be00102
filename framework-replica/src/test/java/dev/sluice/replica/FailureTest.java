package dev.sluice.replica;

import static dev.sluice.replica.RoutingFixture.HIDDEN;
import static dev.sluice.replica.RoutingFixture.PATIENCE;
import static dev.sluice.replica.RoutingFixture.PRIMARY;
import static dev.sluice.replica.RoutingFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.PoolSettings;
import dev.sluice.ReplicaSettings;
import dev.sluice.ReplicaSettings.ReplicaNode;
import dev.sluice.RoutingSettings;
import dev.sluice.TimeoutSettings;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.RouteObserver.Reason;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.SharedRead;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Reads while replicas fail, each in its way. The tests leave the servers as they found them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailureTest {

    private static final String SLOW_ON_STANDBYS =
            "select value, id from counters where (not pg_is_in_recovery() or pg_sleep(60) is not null) and id = ";
    private static final SharedRead SHARED =
            new SharedRead(SLOW_ON_STANDBYS + "any($1)", 0, Integer.class, row -> row.get(1, Integer.class));
    private static final Function<Readable, Long> VALUE = row -> row.get(0, Long.class);
    private static final int TOGETHER = 8;
    // The monitor's connections, which are the same role's, are left alone.
    private static final String SLEEPERS = " from pg_stat_activity where usename = '%s'".formatted(Role.APP.username())
            + " and datname = current_database() and state = 'active' and query like '%pg_sleep%'";
    private static final String KILL = "select count(*) filter (where pg_terminate_backend(pid))" + SLEEPERS;

    private static final String QUERY_CANCELED = "57014";

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
        routing.close();
    }

    @Test
    void aStandbyThatIsStoppedFailsNoReadAndGetsItsShareWhenItIsBack() {
        ClusterNode standby = servers.standbys().get(0);
        try (Load load = new Load(4)) {
            load.awaitReads(200);
            standby.stop();
            awaitState(1, State.DOWN);
            load.awaitReads(200);
            standby.start();
            awaitState(1, State.RAMPING);
            routing.forget();
            Await.until(PATIENCE, () -> routing.count("standby1") > 0, "it is tried");
            assertThat(load.failures).isEmpty();
        }
    }

    @Test
    void readsOnAFrozenStandbyRunAgainElsewhere() {
        ClusterNode standby = servers.standbys().get(1);
        try (Load load = new Load(4)) {
            load.awaitReads(200);
            standby.freeze();
            try {
                Await.until(PATIENCE, () -> load.slowest() > 300, "a read hangs");
                awaitState(2, State.DOWN);
                Await.until(PATIENCE, () -> load.slowest() < 300, "nobody waits for it");
                load.awaitReads(500);
            } finally {
                standby.thaw();
            }
            awaitState(2, State.RAMPING);
            load.awaitReads(100);
            assertThat(load.failures).isEmpty();
            assertThat(routing.routes).anyMatch(route -> route.reason() == Reason.FAILED);
        }
    }

    @Test
    void aReadThatTheReplayCancelsRunsOnThePrimary() {
        assertThat(readThatTheReplayCancels(routing)).isNotNull();
        assertThat(routing.last()).isEqualTo(new RoutingFixture.Route(PRIMARY, false, Reason.CONFLICT));
    }

    private Long readThatTheReplayCancels(RoutingFixture through) {
        servers.standbys().forEach(FailureTest::cancelAtOnce);
        // Long enough to be still there when the replay comes to cancel it, and quick on the primary.
        String slow = "select sum(value + case when pg_is_in_recovery() then length(pg_sleep(0.04)::text) else 0 end)"
                + "::bigint from counters";
        Mono<Long> read =
                through.read(request(false, SessionPosition.none()), slow).cache();
        CompletableFuture<Long> answer = read.toFuture();
        try {
            Await.until(
                    PATIENCE,
                    () -> {
                        // Rows that the read's snapshot still sees go, and the replay cannot wait for it.
                        database.execute(Role.OWNER, "update counters set value = value + 1");
                        database.execute(Role.OWNER, "vacuum counters");
                        return answer.isCompletedExceptionally()
                                || through.routes.stream().anyMatch(route -> route.reason() == Reason.CONFLICT);
                    },
                    "the replay cancels the read");
            return read.block(PATIENCE);
        } finally {
            servers.standbys().forEach(FailureTest::cancelLater);
        }
    }

    @Test
    void aRouterThatDoesNotSeeWhatFailsIsCaught() {
        try (RoutingFixture blind = routing.blind()) {
            assertThatThrownBy(() -> readThatTheReplayCancels(blind)).hasMessage(HIDDEN);

            // Held there, since those of a load may all be elsewhere at the moment.
            ClusterNode standby = servers.standbys().get(0);
            List<CompletableFuture<Long>> reads = IntStream.range(0, TOGETHER)
                    .mapToObj(i -> blind.read(request(false, null), SLOW_ON_STANDBYS + 1)
                            .toFuture())
                    .toList();
            TestDatabase there = database.on(standby);
            Await.until(
                    PATIENCE,
                    () -> there.value(Role.SUPERUSER, Long.class, "select count(*)" + SLEEPERS) > 0,
                    "some run there");
            standby.stop();
            try {
                Await.until(
                        PATIENCE, () -> reads.stream().anyMatch(FailureTest::failedAsItsServerStopped), "a read fails");
            } finally {
                standby.start();
                reads.forEach(read -> read.cancel(false));
            }
        }
    }

    // A statement that took too long is hidden too, and is no sign of a server that stops.
    private static boolean failedAsItsServerStopped(CompletableFuture<Long> read) {
        return read.isCompletedExceptionally()
                && !read.isCancelled()
                && read.handle((value, error) -> HIDDEN.equals(error.getMessage())
                                && error.getCause() instanceof R2dbcException cause
                                && !QUERY_CANCELED.equals(cause.getSqlState()))
                        .join();
    }

    @Test
    void aFloodOfSlowReadsEjectsNobody() {
        // Twice as many as there are connections, so that most wait, and many are rejected or too late.
        List<String> kinds = new CopyOnWriteArrayList<>();
        Flux.range(0, 100)
                .flatMap(
                        i -> routing.read(
                                        request(
                                                false,
                                                ReadConsistency.session(),
                                                null,
                                                Duration.ofMillis(i % 2 == 0 ? 300 : 3_000)),
                                        "select length(pg_sleep(0.2)::text)::bigint")
                                .onErrorResume(error -> {
                                    kinds.add(error.getClass().getSimpleName());
                                    return Mono.empty();
                                }),
                        100)
                .blockLast(PATIENCE);

        assertThat(kinds).isNotEmpty();
        assertThat(routing.cluster.statuses()).extracting(NodeStatus::state).containsOnly(State.UP);
        assertThat(routing.count(PRIMARY)).isZero();
    }

    @Test
    void statementErrorsEjectNobody() {
        for (int i = 0; i < 40; i++) {
            routing.read(request(false, null), "select (1 / 0)::bigint")
                    .onErrorComplete()
                    .block(PATIENCE);
        }

        assertThat(routing.cluster.statuses()).extracting(NodeStatus::state).containsOnly(State.UP);
    }

    @Test
    void aConnectionIsLostOnceWhoeverWasOnIt() {
        try (RoutingFixture one = oneConnection()) {
            loseUnderReads(one);

            assertThat(one.cluster.statuses()).extracting(NodeStatus::state).containsOnly(State.UP);
        }
    }

    @Test
    void readsThatCountTheSameLossEachForItselfBanTheirNode() {
        LyingLeases.Lie eachIsFirst = new LyingLeases.Lie() {
            @Override
            public boolean firstLoss(boolean first) {
                return true;
            }
        };
        try (RoutingFixture one = oneConnection();
                RoutingFixture counting = one.lying(eachIsFirst)) {
            loseUnderReads(counting);

            assertThat(counting.cluster.statuses().get(1).state()).isEqualTo(State.BANNED);
        }
    }

    private RoutingFixture oneConnection() {
        ClusterNode standby = servers.standbys().get(0);
        ReplicaNode replica = new ReplicaNode(database.on(standby).url(), null);
        TimeoutSettings patient = new TimeoutSettings(PATIENCE, PATIENCE, PATIENCE, PATIENCE, PATIENCE);
        return new RoutingFixture(
                servers, database, RoutingSettings.DEFAULT, settings -> settings.pool(PoolSettings.ofMax(1))
                        .timeouts(patient)
                        .replicas(new ReplicaSettings(RoutingSettings.DEFAULT, Map.of(standby.name(), replica))));
    }

    /** Kills the server's end of a standby's only connection, on which one statement answers several reads. */
    private void loseUnderReads(RoutingFixture through) {
        Node standby = through.cluster.nodes().get(1);
        Sinks.Empty<Long> held = Sinks.empty();
        standby.leases().use(request(false, null), session -> held.asMono()).toFuture();
        Await.until(PATIENCE, () -> standby.leases().inUse() == 1, "the connection is held");
        Await.until(PATIENCE, () -> isFresh(through.cluster.statuses().get(1)), "reads go there");
        List<CompletableFuture<Long>> reads = IntStream.rangeClosed(1, TOGETHER)
                .mapToObj(id -> readTogether(through, id).toFuture())
                .toList();
        Await.until(PATIENCE, () -> standby.admission().waiting() == TOGETHER, "all wait");
        held.tryEmitEmpty();
        TestDatabase there = database.on(servers.standbys().get(0));
        Await.until(PATIENCE, () -> there.value(Role.SUPERUSER, Long.class, KILL) == 1, "their statement is killed");

        assertThat(reads).allSatisfy(read -> assertThat(read).succeedsWithin(PATIENCE));
        assertThat(through.routes)
                .filteredOn(route -> route.reason() == Reason.FAILED)
                .hasSize(TOGETHER);
    }

    private static boolean isFresh(NodeStatus node) {
        return node.state() == State.UP && Duration.ZERO.equals(node.lag());
    }

    private static Mono<Long> readTogether(RoutingFixture through, int id) {
        LeaseRequest alone = request(false, null);
        LeaseRequest shared = new LeaseRequest(
                alone.operation(), alone.admission(), false, alone.consistency(), alone.session(), true, SHARED);
        return through.cluster
                .leases()
                .use(shared, session -> session.rows(Group.of("read", SLOW_ON_STANDBYS + "$1", id), VALUE, 1))
                .map(rows -> rows.get(0));
    }

    private void awaitState(int node, State state) {
        Await.until(
                PATIENCE,
                () -> routing.cluster.statuses().get(node).state() == state,
                "node %d is %s".formatted(node, state));
    }

    private static void cancelAtOnce(ClusterNode standby) {
        alter(standby, "alter system set max_standby_streaming_delay = 0");
    }

    private static void cancelLater(ClusterNode standby) {
        alter(standby, "alter system reset max_standby_streaming_delay");
    }

    private static void alter(ClusterNode standby, String sql) {
        standby.database("postgres").execute(Role.SUPERUSER, sql);
        standby.reloadSettings();
    }

    /** Reads, one after the other, in several lanes, until it is closed. */
    private final class Load implements AutoCloseable {

        private final AtomicInteger reads = new AtomicInteger();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private final long[] since;
        private final Disposable lanes;
        private volatile boolean over;

        Load(int width) {
            since = new long[width];
            lanes = Flux.range(0, width).flatMap(this::lane, width).subscribe(done -> {}, failures::add);
        }

        private Mono<Long> lane(int lane) {
            SessionPosition session = SessionPosition.none();
            return Mono.defer(() -> {
                        since[lane] = System.nanoTime();
                        return routing.read(1 + lane, session);
                    })
                    .doOnNext(value -> reads.incrementAndGet())
                    .onErrorResume(error -> {
                        failures.add(error);
                        return Mono.just(0L);
                    })
                    .delayElement(Duration.ofMillis(2))
                    .repeat(() -> !over)
                    .last();
        }

        void awaitReads(int more) {
            int wanted = reads.get() + more;
            Await.until(PATIENCE, () -> reads.get() >= wanted, more + " more reads");
        }

        /** For how many milliseconds the oldest read runs. */
        long slowest() {
            long oldest = 0;
            for (long one : since) {
                oldest = Math.max(oldest, System.nanoTime() - one);
            }
            return oldest / 1_000_000;
        }

        @Override
        public void close() {
            over = true;
            Await.until(PATIENCE, lanes::isDisposed, "the reads end");
        }
    }
}

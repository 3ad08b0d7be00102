package dev.sluice.r2dbc.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.PoolSettings;
import dev.sluice.TimeoutSettings;
import dev.sluice.access.Deadline;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.r2dbc.admission.FairAdmission;
import dev.sluice.r2dbc.admission.TestLimits;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import io.r2dbc.spi.R2dbcException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The pool when the server is well, slow, gone and back: every wait ends. */
@SluiceTest(ownCluster = true)
class NodeLeasesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final TimeoutSettings TIMEOUTS =
            new TimeoutSettings(Duration.ofSeconds(10), SECOND, Duration.ofMillis(700), Duration.ofSeconds(9), SECOND);
    private static final TimeoutSettings PATIENT =
            new TimeoutSettings(PATIENCE, PATIENCE, PATIENCE, PATIENCE, PATIENCE);
    // Runs in the server for as long as the test holds the lock.
    private static final String LOCKED = "select pg_backend_pid()::text || $1 from pg_advisory_xact_lock(1)";

    private final TestDatabase database;
    private FairAdmission admission;
    private Leases leases;

    NodeLeasesTest(TestDatabase database) {
        this.database = database;
    }

    private void open(PoolSettings settings) {
        open(settings, TIMEOUTS);
    }

    private void open(PoolSettings settings, TimeoutSettings timeouts) {
        admission = TestLimits.admission(settings.max(), 100);
        leases = NodeLeases.open(database.url(), database.credentials(Role.APP), settings, timeouts, admission);
    }

    private static PoolSettings pool(int max, Duration idle, Duration life) {
        return new PoolSettings(0, max, 0, PATIENCE, idle, Duration.ofMillis(50), life);
    }

    private Connection lock() throws SQLException {
        Connection holder = database.connect(Role.OWNER);
        try (Statement statement = holder.createStatement()) {
            statement.execute("select pg_advisory_lock(1)");
        }
        return holder;
    }

    @AfterEach
    void close() {
        leases.closeGracefully().block(PATIENCE);
    }

    @Test
    void theServerEnforcesTheTimeoutsOnEveryConnection() {
        open(PoolSettings.ofMax(1));

        assertThat(setting("statement_timeout")).isEqualTo("1s");
        assertThat(setting("lock_timeout")).isEqualTo("700ms");
        assertThat(setting("idle_in_transaction_session_timeout")).isEqualTo("1s");
        assertThat(setting("transaction_timeout")).isEqualTo("9s");
        assertThat(setting("client_connection_check_interval")).isEqualTo("1s");
        assertThat(setting("application_name")).isEqualTo("sluice");
    }

    // §0.3, P4: r2dbc-pool tries again by itself, and waits twice as long as it was told.
    @Test
    void aServerThatDoesNotAnswerCostsNoMoreThanTheDeadline() {
        open(pool(2, PATIENCE, PATIENCE));
        assertThat(setting("application_name")).isEqualTo("sluice");
        database.node().freeze();
        try {
            for (int i = 0; i < 2; i++) {
                long start = System.nanoTime();
                assertThatThrownBy(() ->
                                call("select $1", "x", Duration.ofMillis(400)).block(PATIENCE))
                        .isInstanceOf(DeadlineExceededException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as("not the time that connecting may take")
                        .isLessThan(PATIENCE.dividedBy(2));
            }
        } finally {
            database.node().thaw();
        }
        awaitNothingHeld();
        assertThat(call("select $1", "back", PATIENCE).block(PATIENCE)).isEqualTo("back");
    }

    // P13
    @Test
    void afterARestartOfTheServerTheNextCallsRecover() {
        open(pool(4, PATIENCE, PATIENCE));
        Flux.range(0, 8).flatMap(i -> call("select $1", "x", PATIENCE)).blockLast(PATIENCE);

        database.node().stop();
        assertThatThrownBy(() -> call("select $1", "x", SECOND).block(PATIENCE)).isInstanceOf(R2dbcException.class);
        database.node().start();

        Await.until(
                PATIENCE, () -> "back".equals(call("select $1", "back", SECOND).block(PATIENCE)), "calls recover");
        assertThat(Flux.range(0, 50)
                        .flatMap(i -> call("select $1", "x", PATIENCE))
                        .count()
                        .block(PATIENCE))
                .isEqualTo(50);
        awaitNothingHeld();
    }

    @Test
    void whatIsDrainedIsReplacedOnceItIsIdle() throws SQLException {
        open(pool(2, PATIENCE, PATIENCE), PATIENT);
        Mono<String> backend = call("select pg_backend_pid()::text || $1", "", PATIENCE);
        String idle = backend.block(PATIENCE);
        Mono<String> running = call(LOCKED, "", PATIENCE).cache();
        try (Connection holder = lock()) {
            running.subscribe(done -> {}, error -> {});
            Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 1, "it runs");

            leases.drain();
        }

        assertThat(running.block(PATIENCE)).isEqualTo(idle);
        assertThat(backend.block(PATIENCE)).isNotEqualTo(idle);
        awaitNothingHeld();
    }

    @Test
    void whatIsDisconnectedFailsAtOnceAndTheNextCallsConnectAnew() throws SQLException {
        open(pool(2, PATIENCE, PATIENCE), PATIENT);
        Mono<String> running = call(LOCKED, "", PATIENCE).cache();
        try (Connection holder = lock()) {
            running.subscribe(done -> {}, error -> {});
            Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 1, "it runs");

            leases.disconnect();

            assertThatThrownBy(() -> running.block(PATIENCE))
                    .isInstanceOfSatisfying(R2dbcException.class, error -> assertThat(error.getSqlState())
                            .startsWith("08"));
        }
        assertThat(call("select $1", "x", PATIENCE).block(PATIENCE)).isEqualTo("x");
    }

    // P4, P13: each lost connection in the pool failed one call.
    @Test
    void lostConnectionsFailNoCall() {
        open(pool(4, PATIENCE, PATIENCE));
        Flux.range(0, 4)
                .flatMap(i -> call("select pg_sleep(0.2)::text || $1", "x", PATIENCE))
                .blockLast(PATIENCE);

        Await.until(PATIENCE, () -> all(known -> known.isGivenBack()), "the connections idle in r2dbc-pool");
        database.terminateSessions(Role.APP);
        Await.until(
                PATIENCE,
                () -> all(known -> known.session.status() == Session.Status.CLOSED),
                "the connections are lost");

        for (int i = 0; i < 6; i++) {
            assertThat(call("select $1", "back", PATIENCE).block(PATIENCE)).isEqualTo("back");
        }
    }

    @Test
    void idleConnectionsAreClosed() {
        open(pool(3, Duration.ofMillis(200), PATIENCE));
        List<String> backends = Flux.range(0, 9)
                .flatMap(i -> call("select pg_backend_pid()::text || $1 from pg_sleep(0.02)", "", PATIENCE))
                .collectList()
                .block(PATIENCE);
        assertThat(backends).as("who answered was there").hasSize(9);

        Await.until(PATIENCE, () -> database.sessions(Role.APP, "idle") == 0, "idle connections are closed");
    }

    @Test
    void aConnectionThatHasLivedItsTimeIsReplaced() {
        open(pool(1, PATIENCE, Duration.ofMillis(100)));
        Set<String> pids = ConcurrentHashMap.newKeySet();

        Await.until(
                PATIENCE,
                () -> {
                    pids.add(call("select pg_backend_pid() || $1", "", PATIENCE).block(PATIENCE));
                    return pids.size() >= 3;
                },
                "connections are replaced");
    }

    // P6: with the caller's loops, all connections of a pool would run on one thread.
    @Test
    void connectionsSpreadOverEventLoopsWhoeverAsksFirst() {
        open(pool(4, PATIENCE, PATIENCE));
        Set<String> threads = ConcurrentHashMap.newKeySet();
        Scheduler one = Schedulers.newSingle("one");

        int loops = Math.min(4, Runtime.getRuntime().availableProcessors());
        Flux<String> together = Flux.range(0, 4).flatMap(i -> call("select $1 from pg_sleep(0.1)", "x", PATIENCE)
                .doOnNext(x -> threads.add(Thread.currentThread().getName()))
                .subscribeOn(one));

        Await.until(
                PATIENCE,
                () -> {
                    together.blockLast(PATIENCE);
                    return threads.size() == loops;
                },
                "there are as many connections as calls");
        assertThat(threads).allMatch(name -> name.startsWith("sluice-r2dbc"));
        one.dispose();
    }

    @Test
    void aClosedPoolRefusesCallsAndLetsRunningOnesFinish() throws Exception {
        open(pool(1, PATIENCE, PATIENCE), PATIENT);
        Mono<String> running = call(LOCKED, " is done", PATIENCE).cache();
        CompletableFuture<Void> closed;
        try (Connection holder = lock()) {
            running.subscribe();
            Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 1, "the call runs");

            closed = leases.closeGracefully().toFuture();
            assertThat(closed).isNotDone();
        }
        closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertThat(running.block(PATIENCE)).endsWith("is done");
        assertThatThrownBy(() -> call("select $1", "x", PATIENCE).block(PATIENCE))
                .hasMessageContaining("closed");
        Await.until(PATIENCE, () -> database.sessions(Role.APP, "idle") == 0, "connections are closed");
    }

    @Test
    void aCallThatConnectsWhenThePoolClosesFinishesToo() throws Exception {
        open(pool(1, PATIENCE, PATIENCE), PATIENT);
        CompletableFuture<String> connecting;
        CompletableFuture<Void> closed;
        database.node().freeze();
        try {
            connecting = call("select $1", "done", PATIENCE).toFuture();
            closed = leases.closeGracefully().toFuture();
            assertThat(closed).isNotDone();
        } finally {
            database.node().thaw();
        }

        assertThat(connecting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("done");
        closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aDeadlineIsKeptInTheQueue() {
        open(pool(1, PATIENCE, PATIENCE));
        Lease held = Objects.requireNonNull(leases.acquire(LeaseRequest.onPrimary("hold", request(PATIENCE)))
                .block(PATIENCE));

        assertThatThrownBy(() -> call("select $1", "x", Duration.ofMillis(100)).block(PATIENCE))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("queueing");
        held.release().block(PATIENCE);
        awaitNothingHeld();
    }

    // Invariant 3: the server may still run what was sent, until it notices that nobody is there.
    @Test
    void thePermitOfAForcedCloseComesBackOnlyWhenTheServerMustHaveNoticed() {
        open(pool(1, PATIENCE, PATIENCE));
        assertThat(setting("application_name")).isEqualTo("sluice");
        long start = System.nanoTime();
        database.node().freeze();
        try {
            assertThatThrownBy(
                            () -> call("select $1", "x", Duration.ofMillis(100)).block(PATIENCE))
                    .isInstanceOf(DeadlineExceededException.class);
            Await.until(PATIENCE, () -> leases.inUse() == 0, "the connection is closed");
            assertThat(admission.inUse()).isEqualTo(1);
        } finally {
            database.node().thaw();
        }
        awaitNothingHeld();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThan(TIMEOUTS.statement().plus(SECOND));
    }

    private boolean all(Predicate<PooledSession> state) {
        Iterable<PooledSession> known = ((DefaultLeases) leases).pool.all();
        return StreamSupport.stream(known.spliterator(), false).allMatch(state);
    }

    private void awaitNothingHeld() {
        Await.until(PATIENCE, () -> leases.inUse() == 0, "no session is held");
        Await.until(PATIENCE, () -> admission.inUse() == 0, "no permit is out");
    }

    private String setting(String name) {
        return call("select current_setting($1)", name, PATIENCE).block(PATIENCE);
    }

    private Mono<String> call(String sql, Object parameter, Duration timeout) {
        return Mono.defer(() -> leases.use(
                        LeaseRequest.onPrimary("call", request(timeout)),
                        s -> s.rows(Group.of("call", sql, parameter), r -> r.get(0, String.class), 1))
                .map(rows -> rows.get(0)));
    }

    private static AdmissionRequest request(Duration timeout) {
        return new AdmissionRequest(
                TenantId.of("acme"), Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(timeout), null);
    }
}

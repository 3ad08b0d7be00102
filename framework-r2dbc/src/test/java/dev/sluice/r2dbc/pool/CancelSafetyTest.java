package dev.sluice.r2dbc.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.PoolSettings;
import dev.sluice.TimeoutSettings;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.r2dbc.admission.FairAdmission;
import dev.sluice.r2dbc.admission.TestLimits;
import dev.sluice.r2dbc.session.Begun;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.Setting;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A cancel at any moment neither leaves a query behind, nor a connection or permit, nor hits the next query. */
@SluiceTest
class CancelSafetyTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestDatabase database;
    private FairAdmission admission;
    private Leases leases;

    CancelSafetyTest(TestDatabase database) {
        this.database = database;
    }

    private void open(int connections) {
        admission = TestLimits.admission(connections, 1_000);
        leases = NodeLeases.open(
                database.url(),
                database.credentials(Role.APP),
                PoolSettings.ofMax(connections),
                TimeoutSettings.DEFAULT,
                admission);
    }

    @AfterEach
    void close() {
        leases.closeGracefully().block(PATIENCE);
    }

    // §0.1, P7: through raw r2dbc-pool the next borrower waits until the forgotten query is over.
    @Test
    void aClientTimeoutStopsTheQueryAndTheNextBorrowerIsAnsweredAtOnce() {
        open(1);
        one("select 1 + $1", 1);
        StepVerifier.create(query("select pg_sleep($1)", 3).timeout(Duration.ofMillis(300)))
                .verifyError(TimeoutException.class);
        long start = System.nanoTime();

        assertThat(one("select 41 + $1", 1)).isEqualTo(42);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1_000));
        Await.until(
                Duration.ofMillis(500), () -> database.sessions(Role.APP, "active") == 0, "nothing runs in the server");
        awaitNothingHeld();
    }

    // §0.2
    @Test
    void aLateCancelRequestNeverHitsTheNextQuery() {
        open(2);
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        AtomicInteger cancelled = new AtomicInteger();
        for (int i = 0; i < 2_000; i++) {
            Disposable doomed = query("select pg_sleep($1)", random.nextInt(3) / 4000.0)
                    .doOnCancel(cancelled::incrementAndGet)
                    .subscribe(rows -> {}, e -> {});
            spin(random.nextInt(1_500_000));
            doomed.dispose();
            assertThat(one("select 41 + $1", 1)).isEqualTo(42);
        }
        assertThat(cancelled.get()).isGreaterThan(200);
        awaitNothingHeld();
    }

    // The negative control: who does not wait for the CancelRequest hits the next query.
    @Test
    void aCancelRequestThatIsNotAwaitedDoesHitTheNextQuery() {
        open(1);
        Lease lease = leases.acquire(LeaseRequest.onPrimary("control", request(PATIENCE)))
                .block(PATIENCE);
        Session session = lease.session();
        Group next = Group.of("next", "select 41 + $1 from pg_sleep(0.002)", 1);
        boolean hit = Flux.range(0, 500)
                .concatMap(i -> {
                    session.cancelRequest().subscribe();
                    return session.rows(next, r -> 1, 1)
                            .thenReturn(false)
                            .onErrorResume(R2dbcException.class, e -> Mono.just("57014".equals(e.getSqlState())));
                })
                .any(wronglyCancelled -> wronglyCancelled)
                .block(PATIENCE);
        lease.release().block(PATIENCE);

        assertThat(hit).isTrue();
    }

    // P3, invariants 2 to 4
    @Test
    void randomCancelsOnAPoolOfTwoLeaveNothingBehind() {
        open(2);
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random seeds = new Random(seed);
        AtomicInteger done = new AtomicInteger();
        Flux.range(0, 8)
                .map(lane -> new Random(seeds.nextLong()))
                .flatMap(random -> Flux.range(0, 400)
                        .concatMap(i -> randomCall(random).onErrorComplete())
                        .doOnNext(x -> done.incrementAndGet())
                        .subscribeOn(Schedulers.boundedElastic()))
                .blockLast(Duration.ofSeconds(60));

        awaitNothingHeld();
        assertThat(done.get()).isGreaterThan(100);
        Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 0, "nothing runs in the server");
        assertThat(database.sessions(Role.APP, "idle in transaction")).isZero();
        assertThat(database.sessions(Role.APP, "idle in transaction (aborted)")).isZero();
        for (int i = 0; i < 4; i++) {
            assertThat(one("select length(coalesce(current_setting('sluice.tenant', true), '')) + $1", 0))
                    .isZero();
        }
    }

    private Mono<?> randomCall(Random random) {
        Mono<?> call =
                switch (random.nextInt(4)) {
                    case 0 -> query("select pg_sleep($1)", random.nextInt(3) / 1000.0);
                    case 1 -> query("select 1 / ($1::int - $1::int)", 1);
                    case 2 ->
                        leases.stream(
                                        LeaseRequest.onPrimary("stream", request(PATIENCE)),
                                        s -> s.stream(tenantGroup("select generate_series(1, $1)", 200), r -> 1, 20))
                                .take(random.nextInt(250) + 1)
                                .count();
                    default ->
                        Mono.usingWhen(
                                leases.acquire(LeaseRequest.onPrimary("transaction", request(PATIENCE))),
                                lease -> Begun.begin(
                                                lease.session(), "BEGIN", List.of(new Setting(Setting.TENANT, "acme")))
                                        .then(lease.session().rows(Group.of("in", "select 1 + $1", 1), r -> 1, 1)),
                                Lease::release);
                };
        return random.nextInt(3) == 0
                ? call
                : call.cast(Object.class).takeUntilOther(Mono.delay(Duration.ofNanos(random.nextInt(4_000_000))));
    }

    @Test
    void aSessionThatIsKilledInAQueryIsReplaced() {
        open(1);
        Mono<Void> kill = Mono.<Void>fromRunnable(() -> {
                    Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 1, "the query runs");
                    database.terminateSessions(Role.APP);
                })
                .subscribeOn(Schedulers.boundedElastic());
        StepVerifier.create(query("select pg_sleep($1)", 4).mergeWith(kill.then(Mono.empty())))
                .expectErrorSatisfies(
                        e -> assertThat(((R2dbcException) e).getSqlState()).isEqualTo("57P01"))
                .verify(PATIENCE);

        assertThat(one("select 41 + $1", 1)).isEqualTo(42);
        database.terminateSessions(Role.APP);
        Await.until(PATIENCE, () -> database.sessions(Role.APP, "idle") == 0, "the parked session is gone");
        Await.until(PATIENCE, this::allAreClosed, "its client has noticed");
        assertThat(one("select 41 + $1", 1)).isEqualTo(42);
        awaitNothingHeld();
    }

    @Test
    void aCancelWhileQueuedOrConnectingGivesTheWayFree() {
        open(1);
        Disposable holder = query("select pg_sleep($1)", 4).subscribe(rows -> {}, e -> {});
        Disposable queued = query("select 1 + $1", 1).subscribe();
        assertThat(admission.waiting()).isEqualTo(1);
        queued.dispose();
        assertThat(admission.waiting()).isZero();
        holder.dispose();

        assertThat(one("select 41 + $1", 1)).isEqualTo(42);
        awaitNothingHeld();
    }

    private boolean allAreClosed() {
        for (PooledSession known : ((DefaultLeases) leases).pool.all()) {
            if (known.session.status() != Session.Status.CLOSED) {
                return false;
            }
        }
        return true;
    }

    private void awaitNothingHeld() {
        Await.until(PATIENCE, () -> leases.inUse() == 0, "no session is held");
        Await.until(PATIENCE, () -> admission.inUse() == 0, "no permit is out");
        assertThat(admission.waiting()).isZero();
    }

    private int one(String sql, Object... parameters) {
        return leases.use(
                        LeaseRequest.onPrimary("one", request(PATIENCE)),
                        s -> s.rows(Group.of("one", sql, parameters), r -> r.get(0, Integer.class), 1))
                .block(PATIENCE)
                .get(0);
    }

    private Mono<List<Integer>> query(String sql, Object... parameters) {
        return leases.use(
                LeaseRequest.onPrimary("query", request(PATIENCE)),
                s -> s.rows(tenantGroup(sql, parameters), r -> 1, 10));
    }

    private static Group tenantGroup(String sql, Object... parameters) {
        return new Group("query", List.of(new Setting(Setting.TENANT, "acme")), sql, parameters);
    }

    private static AdmissionRequest request(Duration timeout) {
        return new AdmissionRequest(
                TenantId.of("acme"), Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(timeout), null);
    }

    private static void spin(long nanos) {
        long until = System.nanoTime() + nanos;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }
}

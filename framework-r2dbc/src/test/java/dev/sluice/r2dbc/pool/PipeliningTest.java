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
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.r2dbc.admission.FairAdmission;
import dev.sluice.r2dbc.admission.TestLimits;
import dev.sluice.r2dbc.session.Begun;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.Setting;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Short reads of several callers under way on one connection: nobody meets another's tenant, error, cancel or end. */
@SluiceTest(ownCluster = true)
class PipeliningTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    // What a connection that was lost may still run blocks its permits for as long as a statement may take.
    private static final TimeoutSettings TIMEOUTS = new TimeoutSettings(
            PATIENCE, Duration.ofSeconds(3), Duration.ofSeconds(1), PATIENCE, Duration.ofSeconds(5));
    // With these it blocks them for longer than a test waits.
    private static final TimeoutSettings LONG = new TimeoutSettings(
            PATIENCE, Duration.ofMinutes(5), Duration.ofSeconds(1), PATIENCE, Duration.ofSeconds(5));
    // With these the server goes on for as long as a test holds the lock.
    private static final TimeoutSettings HELD = new TimeoutSettings(
            PATIENCE, Duration.ofSeconds(10), Duration.ofSeconds(10), PATIENCE, Duration.ofSeconds(5));
    private static final int CONNECTIONS = 8;
    private static final int DEPTH = 4;
    // Longer than what a read may take behind which others go.
    private static final long LONG_FOR_A_READ = Duration.ofMillis(20).toNanos();

    private final TestDatabase database;
    private FairAdmission admission;
    private Leases leases;
    private TimeoutSettings timeouts = TIMEOUTS;

    PipeliningTest(TestDatabase database) {
        this.database = database;
    }

    private void open(int depth) {
        open(depth, TIMEOUTS);
    }

    private void open(int depth, TimeoutSettings timeouts) {
        this.timeouts = timeouts;
        admission = TestLimits.admission(64, 1_000);
        leases = NodeLeases.open(
                database.url(),
                database.credentials(Role.APP),
                PoolSettings.ofMax(CONNECTIONS).withPipelineDepth(depth),
                timeouts,
                admission);
        warmUp();
        awaitNothingHeld();
    }

    // All connections are there, and idle here.
    private void warmUp() {
        Flux.range(0, CONNECTIONS)
                .flatMap(i -> alone("select pg_sleep(0.2)::text || $1", "x"), CONNECTIONS)
                .blockLast(PATIENCE);
        Await.until(PATIENCE, () -> leases.inUse() == 0, "no session is held");
    }

    @AfterEach
    void close() {
        leases.closeGracefully().block(PATIENCE);
    }

    @Test
    void readsBeyondTheFirstGoBehindOthers() throws SQLException {
        open(DEPTH, HELD);
        List<CompletableFuture<String>> reads;
        try (Connection lock = lock()) {
            reads = sharing(2, () -> locked(8));
            assertThat(admission.inUse()).isEqualTo(8);
        }

        assertThat(reads).allSatisfy(read -> assertThat(read.join()).isEqualTo("x"));
        awaitNothingHeld();
    }

    @Test
    void withADepthOfOneEachHasItsOwn() throws SQLException {
        open(1, HELD);
        List<CompletableFuture<String>> reads;
        try (Connection lock = lock()) {
            reads = locked(8);
            Await.until(PATIENCE, () -> leases.inUse() == 8, "each has its own");
        }

        assertThat(reads).allSatisfy(read -> assertThat(read.join()).isEqualTo("x"));
    }

    @Test
    void nobodyGoesBehindAReadThatTakesLong() throws SQLException {
        open(DEPTH, HELD);
        try (Connection lock = lock()) {
            List<CompletableFuture<String>> slow = locked(2);
            long begun = System.nanoTime();
            Await.until(PATIENCE, () -> System.nanoTime() - begun > LONG_FOR_A_READ, "they take long");

            assertThat(read("select $1", "quick").block(PATIENCE)).isEqualTo("quick");
            assertThat(slow).noneMatch(CompletableFuture::isDone);
        }
    }

    @Test
    void anErrorIsThatOfItsOwnRead() {
        open(DEPTH);
        List<CompletableFuture<String>> reads = sharing(
                2,
                () -> List.of(
                        read("select pg_sleep(0.2)::text || $1", "x").toFuture(),
                        read("select pg_sleep(0.2)::text || $1", "x").toFuture(),
                        read("select (1 / length($1))::text", "").toFuture(),
                        read("select $1", "behind").toFuture(),
                        read("select $1", "last").toFuture()));

        assertThatThrownBy(reads.get(2)::join)
                .hasRootCauseInstanceOf(R2dbcException.class)
                .hasMessageContaining("division");
        assertThat(Stream.of(0, 1, 3, 4).map(i -> reads.get(i).join())).containsExactly("x", "x", "behind", "last");
        awaitNothingHeld();
    }

    @Test
    void aTransactionHasItsConnectionAlone() {
        open(DEPTH);
        Lease lease = leases.acquire(LeaseRequest.onPrimary("transaction", request("acme", PATIENCE)))
                .block(PATIENCE);
        Begun.begin(lease.session(), "BEGIN", List.of(tenant("acme"))).block(PATIENCE);
        Flux.range(0, 200)
                .flatMap(i -> read("beta", "select current_setting('sluice.tenant') || $1", "", PATIENCE), 16)
                .doOnNext(seen -> assertThat(seen).isEqualTo("beta"))
                .blockLast(PATIENCE);

        assertThat(lease.session()
                        .rows(
                                Group.of("own", "select current_setting('sluice.tenant')"),
                                r -> r.get(0, String.class),
                                1)
                        .block(PATIENCE))
                .containsExactly("acme");
        lease.release().block(PATIENCE);
        awaitNothingHeld();
    }

    @Test
    void whoLosesInterestDisturbsNobody() throws SQLException {
        open(DEPTH, HELD);
        List<CompletableFuture<String>> reads;
        try (Connection lock = lock()) {
            reads = sharing(2, () -> locked(8));
            reads.get(0).cancel(false);
            reads.get(5).cancel(false);

            assertThat(admission.inUse()).as("the server works on them still").isEqualTo(8);
        }
        for (int i = 0; i < reads.size(); i++) {
            if (i != 0 && i != 5) {
                assertThat(reads.get(i).join()).isEqualTo("x");
            }
        }
        awaitNothingHeld();
    }

    @Test
    void readsThatNobodyWantsAreStoppedInTheServer() {
        open(DEPTH);
        List<CompletableFuture<String>> reads = sharing(2, () -> sleepers(8, 10));
        Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 2, "they run");
        reads.forEach(read -> read.cancel(false));

        Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 0, "nothing runs in the server");
        awaitNothingHeld();
        assertThat(read("select $1", "next").block(PATIENCE)).isEqualTo("next");
    }

    // A CancelRequest stops the first of them alone.
    @Test
    void thoseBehindOneThatWasStoppedAreStoppedToo() {
        open(2, LONG);
        Await.until(
                PATIENCE,
                () -> {
                    List<CompletableFuture<String>> reads = sharing(4, () -> sleepers(8, 10));
                    int others = admission.inUse() - reads.size();
                    Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 4, "they run");
                    reads.forEach(read -> read.cancel(false));
                    Await.until(Duration.ofSeconds(4), () -> admission.inUse() == others, "all permits are back");
                    return true;
                },
                "no connection had to be closed");
    }

    @Test
    void aDeadlineEndsTheWaitForAnotherOnes() throws SQLException {
        open(DEPTH, HELD);
        List<CompletableFuture<String>> reads;
        try (Connection lock = lock()) {
            reads = sharing(2, () -> {
                List<CompletableFuture<String>> slow = locked(2);
                slow.add(read("acme", "select $1", "late", Duration.ofMillis(300))
                        .toFuture());
                return slow;
            });

            assertThatThrownBy(reads.get(2)::join).hasRootCauseInstanceOf(DeadlineExceededException.class);
        }
        assertThat(reads.subList(0, 2))
                .allSatisfy(read -> assertThat(read.join()).isEqualTo("x"));
        awaitNothingHeld();
    }

    @Test
    void aLostConnectionIsToldToAllOnIt() {
        open(DEPTH);
        List<CompletableFuture<String>> reads = sharing(2, () -> sleepers(8, 10));
        Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 2, "they run");
        database.terminateSessions(Role.APP);

        assertThat(reads)
                .allSatisfy(read -> assertThatThrownBy(read::join).hasRootCauseInstanceOf(R2dbcException.class));
        Await.until(
                PATIENCE,
                () -> read("select $1", "back")
                        .onErrorReturn("gone")
                        .block(PATIENCE)
                        .equals("back"),
                "the next call has a new connection");
        awaitNothingHeld();
    }

    @Test
    void whoAsksAgainAfterALostConnectionIsAnswered() {
        open(DEPTH);
        List<CompletableFuture<String>> reads =
                sharing(2, () -> Stream.generate(() -> read("select pg_sleep(10)::text || $1", "x")
                                .onErrorResume(R2dbcException.class, lost -> read("select $1", "again"))
                                .toFuture())
                        .limit(8)
                        .toList());
        terminateActive(2);

        assertThat(reads).allSatisfy(read -> assertThat(read.join()).isEqualTo("again"));
        awaitNothingHeld();
    }

    @Test
    void whatTheServerHasEndedBlocksNoPermit() {
        open(DEPTH, LONG);
        List<CompletableFuture<String>> reads = sharing(2, () -> sleepers(8, 10));
        int others = admission.inUse() - reads.size();
        terminateActive(2);

        assertThat(reads)
                .allSatisfy(read -> assertThatThrownBy(read::join).hasRootCauseInstanceOf(R2dbcException.class));
        Await.until(PATIENCE, () -> admission.inUse() == others, "all permits are back");
    }

    private void terminateActive(int sessions) {
        Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == sessions, "they run");
        assertThat(database.value(
                        Role.SUPERUSER,
                        Long.class,
                        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND state = 'active' AND usename = '"
                                + Role.APP.username() + "'"))
                .isEqualTo(sessions);
    }

    @Test
    void aConnectionThatMustGoIsLeftUnderLoad() {
        open(DEPTH);
        Flux<String> pids = read("select pg_backend_pid()::text || $1", "").repeat(200);
        List<String> before = pids.distinct().collectList().block(PATIENCE);
        CompletableFuture<Void> load = Flux.range(0, 16)
                .flatMap(i -> read("select pg_sleep(0.001)::text || $1", "x").repeat(100), 16)
                .then()
                .toFuture();
        leases.drain();

        assertThat(pids.collectList().block(PATIENCE)).doesNotContainAnyElementsOf(before);
        load.join();
    }

    // Each read sets its own tenant; cancels, errors, deadlines and transactions come in between.
    @Test
    void nobodyEverSeesAnotherTenantOrAnotherAnswer() {
        open(DEPTH);
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random seeds = new Random(seed);
        AtomicInteger right = new AtomicInteger();
        Flux.range(0, 32)
                .map(caller -> new Random(seeds.nextLong()))
                .flatMap(
                        random -> Flux.range(0, 300)
                                .concatMap(i -> randomRead(random, right))
                                .subscribeOn(Schedulers.parallel()),
                        32)
                .blockLast(Duration.ofSeconds(60));

        assertThat(right.get()).isGreaterThan(5_000);
        awaitNothingHeld();
        assertThat(read("select coalesce(current_setting('app.nothing', true), 'none') || $1", "")
                        .block(PATIENCE))
                .isEqualTo("none");
    }

    private Mono<Void> randomRead(Random random, AtomicInteger right) {
        String tenant = "t" + random.nextInt(50);
        String value = Long.toString(random.nextLong());
        Mono<String> read =
                switch (random.nextInt(12)) {
                    case 0 -> read(tenant, "select (1 / (length($1) - length($1)))::text", value, PATIENCE);
                    case 1 -> inTransaction(tenant, value);
                    case 2 ->
                        read(
                                tenant,
                                "select pg_sleep(0.02)::text || $1",
                                value,
                                Duration.ofMillis(random.nextInt(20) + 1));
                    case 3 ->
                        read(tenant, "select current_setting('sluice.tenant') || ':' || $1", value, PATIENCE)
                                .takeUntilOther(Mono.delay(Duration.ofNanos(random.nextInt(1_000_000))));
                    default -> read(tenant, "select current_setting('sluice.tenant') || ':' || $1", value, PATIENCE);
                };
        return read.doOnNext(seen -> {
                    assertThat(seen).isIn(tenant + ":" + value, value);
                    right.incrementAndGet();
                })
                .onErrorResume(R2dbcException.class, e -> Mono.empty())
                .onErrorResume(DeadlineExceededException.class, e -> Mono.empty())
                .then();
    }

    private Mono<String> inTransaction(String tenant, String value) {
        Group group = Group.of("in", "select current_setting('sluice.tenant') || ':' || $1", value);
        return Mono.usingWhen(
                leases.acquire(LeaseRequest.onPrimary("transaction", request(tenant, PATIENCE))),
                lease -> Begun.begin(lease.session(), "BEGIN", List.of(tenant(tenant)))
                        .then(Mono.defer(() -> lease.session().rows(group, r -> r.get(0, String.class), 1)))
                        .then(Mono.defer(() -> lease.session().rows(group, r -> r.get(0, String.class), 1)))
                        .map(rows -> rows.get(0)),
                Lease::release);
    }

    // A machine that is slow to start them sees the first ones wait for too long, and lets the others go elsewhere.
    private List<CompletableFuture<String>> sharing(int sessions, Supplier<List<CompletableFuture<String>>> start) {
        for (int attempt = 0; attempt < 50; attempt++) {
            List<CompletableFuture<String>> reads = start.get();
            if (leases.inUse() == sessions) {
                return reads;
            }
            reads.forEach(read -> read.cancel(false));
            Await.until(
                    PATIENCE,
                    () -> leases.inUse() == 0 && (timeouts == LONG || admission.inUse() == 0),
                    "all have been stopped");
            warmUp();
        }
        throw new AssertionError("the reads never shared %d sessions".formatted(sessions));
    }

    private List<CompletableFuture<String>> sleepers(int count, double seconds) {
        return many(count, "select pg_sleep(%s)::text || $1".formatted(seconds));
    }

    /** Reads that end when the lock does. */
    private List<CompletableFuture<String>> locked(int count) {
        return many(count, "select $1 from pg_advisory_xact_lock_shared(1)");
    }

    private List<CompletableFuture<String>> many(int count, String sql) {
        List<CompletableFuture<String>> reads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            reads.add(read(sql, "x").toFuture());
        }
        return reads;
    }

    private Connection lock() throws SQLException {
        Connection holder = database.connect(Role.OWNER);
        try (Statement statement = holder.createStatement()) {
            statement.execute("select pg_advisory_lock(1)");
        }
        return holder;
    }

    private Mono<String> read(String sql, String parameter) {
        return read("acme", sql, parameter, PATIENCE);
    }

    private Mono<String> read(String tenant, String sql, String parameter, Duration timeout) {
        return Mono.defer(() -> leases.use(
                        new LeaseRequest(
                                "read", request(tenant, timeout), false, ReadConsistency.primary(), null, true, null),
                        session -> session.rows(
                                new Group("read", List.of(tenant(tenant)), sql, new Object[] {parameter}),
                                row -> row.get(0, String.class),
                                1))
                .map(rows -> rows.get(0)));
    }

    private Mono<String> alone(String sql, String parameter) {
        return leases.use(
                        LeaseRequest.onPrimary("alone", request("acme", PATIENCE)),
                        session -> session.rows(Group.of("alone", sql, parameter), row -> row.get(0, String.class), 1))
                .map(rows -> rows.get(0));
    }

    private static Setting tenant(String tenant) {
        return new Setting(Setting.TENANT, tenant);
    }

    private static AdmissionRequest request(String tenant, Duration timeout) {
        return new AdmissionRequest(
                TenantId.of(tenant), Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(timeout), null);
    }

    private void awaitNothingHeld() {
        Await.until(PATIENCE, () -> leases.inUse() == 0, "no session is held");
        Await.until(PATIENCE, () -> admission.inUse() == 0, "no permit is out");
        assertThat(admission.waiting()).isZero();
    }
}

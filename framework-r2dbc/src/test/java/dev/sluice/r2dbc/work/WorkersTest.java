package dev.sluice.r2dbc.work;

import static dev.sluice.r2dbc.work.WorkFixture.WAIT;
import static dev.sluice.r2dbc.work.WorkFixture.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.access.Workload;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.work.Fence;
import dev.sluice.work.LeaseLostException;
import dev.sluice.work.Progress;
import dev.sluice.work.Worker;
import dev.sluice.work.WorkerStatus;
import dev.sluice.work.WorkerStatus.State;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Two processes of a fleet, each with a Sluice of its own. */
@SluiceTest(migrations = WorkFixture.TABLES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkersTest {

    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final List<TenantId> TENANTS = List.of(TenantId.of("acme"), TenantId.of("globex"));

    private final TestDatabase database;
    private Sluice one;
    private @Nullable Sluice two;

    WorkersTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void prepare() {
        WorkFixture.prepare(database);
    }

    @BeforeEach
    void connect() {
        WorkFixture.fill(database, "acme", 1);
        database.execute(Role.OWNER, "delete from sluice_leases");
        one = WorkFixture.connect(database);
    }

    /** The other process, where a test needs one. */
    private Sluice two() {
        Sluice connected = two;
        if (connected == null) {
            connected = WorkFixture.connect(database);
            two = connected;
        }
        return connected;
    }

    @AfterEach
    void close() {
        Sluice other = two;
        two = null;
        Mono.whenDelayError(one.closeGracefully(), other == null ? Mono.empty() : other.closeGracefully())
                .block(WAIT);
    }

    @Test
    void oneProcessRunsForEachTenantInTurnWithItsContext() {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        Worker worker = Worker.every(
                        "sync",
                        SOON,
                        run -> Mono.deferContextual(context -> {
                            Access access = Access.from(context);
                            seen.add("%s %s %s %s"
                                    .formatted(run.tenant(), access.tenant(), access.workload(), Fence.from(context)));
                            return Mono.just(Progress.DONE);
                        }))
                .in(Workload.RECONCILIATION)
                .forTenants(TENANTS);

        one.workers().start(worker);
        two().workers().start(worker);

        Await.until(WAIT, () -> status(one).runs() + status(two()).runs() >= 10, "ten runs");
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "acme acme reconciliation sync (epoch 1)", "globex globex reconciliation sync (epoch 1)");
        Await.until(WAIT, () -> status(one).epoch() == 1 && status(two()).epoch() == 1, "both know the runner");
        assertThat(List.of(status(one).state(), status(two()).state()))
                .containsExactlyInAnyOrder(State.RUNNING, State.WAITING);
        assertThat(status(one).holder()).isEqualTo(status(two()).holder());
    }

    @Test
    void runsOfATenantNeverOverlapWhateverWakesThem() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        one.workers()
                .start(Worker.every(
                                "sync",
                                SOON,
                                run -> Mono.defer(() -> {
                                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                                    return Mono.delay(Duration.ofMillis(5))
                                            .thenReturn(Progress.MORE)
                                            .doOnTerminate(now::decrementAndGet);
                                }))
                        .forTenants(List.of(TENANTS.get(0)))
                        .withHands(4));

        Await.until(
                WAIT,
                () -> {
                    one.workers().wake("sync");
                    return status(one).runs() >= 20;
                },
                "twenty runs");
        assertThat(most).hasValue(1);
    }

    @Test
    void whoIsWokenRunsAtOnce() {
        one.workers().start(Worker.every("sync", Duration.ofHours(1), run -> Mono.just(Progress.DONE)));
        Await.until(WAIT, () -> status(one).runs() == 1, "the first run");
        assertThat(status(one).nextRun()).isNotNull();

        one.workers().wake("sync");

        Await.until(WAIT, () -> status(one).runs() == 2, "the second run");
    }

    @Test
    void aRunnerThatDiedIsReplacedWhenItsLeaseIsOverAndNotBefore() {
        Sluice two = two();
        assertThat(database.value(Role.APP, Boolean.class, "select taken from sluice_take_lease('sync', 'dead', 2500)"))
                .isTrue();
        AtomicBoolean wasOver = new AtomicBoolean();

        two.workers()
                .start(Worker.every(
                                "sync",
                                SOON,
                                run -> Mono.fromSupplier(() -> {
                                    wasOver.compareAndSet(false, status(two).epoch() == 2);
                                    return Progress.DONE;
                                }))
                        .withLease(LEASE));
        Await.until(WAIT, () -> Objects.equals(status(two).holder(), "dead"), "it knows who runs");
        assertThat(status(two).state()).isEqualTo(State.WAITING);

        Await.until(WAIT, () -> status(two).runs() > 0, "it has taken over");
        assertThat(wasOver).isTrue();
        assertThat(number(
                        database,
                        "select count(*) from sluice_leases where epoch = 2 and taken_at < clock_timestamp()"))
                .isOne();
    }

    /** Its process was stopped for longer than its lease; when it goes on it does not know. */
    @Test
    void aFrozenRunnerThatWakesUpLaterWritesNothing() {
        Sinks.Empty<Void> frozen = Sinks.empty();
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        one.workers()
                .start(Worker.every("sync", SOON, run -> frozen.asMono()
                                .then(write(one))
                                .doOnError(refusal::set)
                                .thenReturn(Progress.DONE))
                        .forTenants(List.of(TENANTS.get(0)))
                        // Long enough that it does not find out by a renewal first.
                        .withLease(Duration.ofMinutes(10)));
        Await.until(WAIT, () -> status(one).inProgress() == 1, "it is in the middle of a run");

        WorkFixture.takeOver(database, "sync");
        frozen.tryEmitEmpty();

        Await.until(WAIT, () -> refusal.get() != null, "its write was answered");
        assertThat(refusal.get()).isInstanceOf(LeaseLostException.class);
        Await.until(WAIT, () -> "another".equals(status(one).holder()), "it follows the other");
        assertThat(status(one).state()).isEqualTo(State.WAITING);
        assertThat(number(database, "select sum(effects) from candidates")).isZero();
    }

    @Test
    void whatIsInProgressEndsWhenARenewalFindsTheLeaseTaken() {
        AtomicBoolean cancelled = new AtomicBoolean();
        one.workers()
                .start(Worker.every("sync", SOON, run -> Mono.<Progress>never().doOnCancel(() -> cancelled.set(true)))
                        .withLease(LEASE));
        Await.until(WAIT, () -> status(one).inProgress() == 1, "a run is in progress");

        WorkFixture.takeOver(database, "sync");

        Await.until(WAIT, cancelled::get, "the run is cancelled");
        Await.until(WAIT, () -> status(one).inProgress() == 0, "and counted as over");
    }

    @Test
    void aLeaseIsKeptByRenewalsForLongerThanItLasts() {
        one.workers()
                .start(Worker.every("sync", SOON, run -> Mono.just(Progress.DONE))
                        .withLease(LEASE));
        Await.until(WAIT, () -> status(one).runs() > 0, "it runs");
        String until = "select (extract(epoch from leased_until - taken_at) * 1000)::bigint from sluice_leases";

        Await.until(WAIT, () -> number(database, until) > 2 * LEASE.toMillis(), "renewed past twice its life");

        assertThat(number(database, "select epoch from sluice_leases")).isOne();
    }

    @Test
    void anErrorIsReportedAndOneTenantsTroubleIsNotTheOthers() {
        AtomicInteger good = new AtomicInteger();
        AtomicInteger bad = new AtomicInteger();
        one.workers()
                .start(Worker.every(
                                "sync",
                                SOON,
                                run -> Objects.equals(run.tenant(), TENANTS.get(0))
                                        ? Mono.error(new IllegalArgumentException("secret " + bad.incrementAndGet()))
                                        : Mono.fromSupplier(() -> {
                                            good.incrementAndGet();
                                            return Progress.DONE;
                                        }))
                        .forTenants(TENANTS)
                        .withBackoff(Duration.ofMillis(200), Duration.ofHours(1)));

        Await.until(WAIT, () -> good.get() > 20 && bad.get() > 1, "one goes on while the other is tried again");

        assertThat(bad.get()).isLessThan(good.get());
        assertThat(status(one).lastError()).isEqualTo("IllegalArgumentException");
        assertThat(status(one).failures()).isPositive();
    }

    @Test
    void aRunThatTakesTooLongIsCancelled() {
        one.workers()
                .start(Worker.every("sync", SOON, run -> Mono.<Progress>never())
                        .withTimeout(Duration.ofMillis(50), Duration.ofSeconds(1)));

        Await.until(WAIT, () -> "TimeoutException".equals(status(one).lastError()), "the run is given up");
    }

    @Test
    void aStopLetsTheRunFinishAndHandsOverAtOnce() {
        AtomicBoolean finished = new AtomicBoolean();
        Worker worker = Worker.every("sync", SOON, run -> Mono.delay(SOON)
                        .repeat(() -> !run.isStopping())
                        .then(Mono.fromSupplier(() -> {
                            finished.set(true);
                            return Progress.MORE;
                        })))
                // Nobody could take over by waiting for it.
                .withLease(Duration.ofHours(1));
        one.workers().start(worker);
        Await.until(WAIT, () -> status(one).inProgress() == 1, "it runs");
        two().workers().start(worker);

        one.closeGracefully().block(WAIT);

        assertThat(finished).isTrue();
        assertThat(status(one).state()).isEqualTo(State.ENDED);
        Await.until(WAIT, () -> status(two()).state() == State.RUNNING, "the other goes on");
    }

    @Test
    void aStopDoesNotWaitForeverAndCancelsWhatDoesNotEnd() {
        AtomicBoolean cancelled = new AtomicBoolean();
        one.workers()
                .start(Worker.every("sync", SOON, run -> Mono.<Progress>never().doOnCancel(() -> cancelled.set(true)))
                        .withTimeout(Duration.ofHours(1), Duration.ofMillis(100)));
        Await.until(WAIT, () -> status(one).inProgress() == 1, "it runs");

        one.closeGracefully().block(WAIT);

        assertThat(cancelled).isTrue();
    }

    @Test
    void whatRunsOnceEndsInEachProcess() {
        AtomicInteger runs = new AtomicInteger();
        Worker worker = Worker.once(
                        "bootstrap",
                        run -> Mono.fromSupplier(() -> runs.incrementAndGet() == 1 ? Progress.MORE : Progress.DONE))
                .forTenants(TENANTS);
        one.workers().start(worker);
        two().workers().start(worker);

        Await.until(
                WAIT,
                () -> status(one).state() == State.ENDED && status(two()).state() == State.ENDED,
                "both have done it");

        assertThat(runs).hasValue(5);
        assertThat(number(database, "select epoch from sluice_leases")).isEqualTo(2);
    }

    @Test
    void whatEachProcessRunsNeedsNoLease() {
        Worker worker =
                Worker.every("poll", SOON, run -> Mono.just(Progress.DONE)).inEachProcess();
        one.workers().start(worker);
        two().workers().start(worker);

        Await.until(WAIT, () -> status(one).runs() > 0 && status(two()).runs() > 0, "both run");
        assertThat(number(database, "select count(*) from sluice_leases")).isZero();
    }

    @Test
    void namesAreTakenOnce() {
        Worker worker = Worker.every("sync", SOON, run -> Mono.just(Progress.DONE));
        one.workers().start(worker);

        assertThatThrownBy(() -> one.workers().start(worker)).hasMessageContaining("'sync' was started before");
        assertThatThrownBy(() -> one.workers().wake("snyc")).hasMessageContaining("expected: one of [sync]");
    }

    private static Mono<Long> write(Sluice sluice) {
        return sluice.sql("update candidates set effects = effects + 1").rowsUpdated();
    }

    private static WorkerStatus status(Sluice sluice) {
        return sluice.workers().statuses().get(0);
    }
}

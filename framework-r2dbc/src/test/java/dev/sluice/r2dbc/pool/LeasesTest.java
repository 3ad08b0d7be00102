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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

@SluiceTest
class LeasesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    // So that no server's timeout does what the client has to.
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final TimeoutSettings PATIENT = new TimeoutSettings(LONG, LONG, LONG, LONG, LONG);

    private final TestDatabase database;
    private final FairAdmission admission = TestLimits.admission(2, 100);
    private Leases leases;

    LeasesTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void open() {
        leases = NodeLeases.open(
                database.url(), database.credentials(Role.APP), PoolSettings.ofMax(2), PATIENT, admission);
    }

    @AfterEach
    void close() {
        leases.closeGracefully().block(PATIENCE);
    }

    @Test
    void aGroupSeesItsSettingAndLeavesNothingBehind() {
        Group group = new Group(
                "read tenant",
                List.of(new Setting(Setting.TENANT, "acme")),
                "select current_setting('sluice.tenant', true), $1::int",
                new Object[] {42});
        Mono<List<String>> call = leases.use(
                LeaseRequest.onPrimary("read", request(PATIENCE)),
                s -> s.rows(group, r -> r.get(0, String.class) + r.get(1, Integer.class), 10));

        assertThat(call.block(PATIENCE)).containsExactly("acme42");
        assertThat(one("select coalesce(current_setting('sluice.tenant', true), '') || $1", ""))
                .isEmpty();
    }

    @Test
    void aDeadlineStopsTheQueryInTheServer() {
        assertThat(one("select $1", "connected")).isEqualTo("connected");
        Mono<?> slow = leases.use(
                LeaseRequest.onPrimary("sleep", request(Duration.ofSeconds(1))), s -> s.rows(sleep(60), r -> 1, 10));

        assertThatThrownBy(() -> slow.block(PATIENCE))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("sleep")
                .hasMessageContaining("executing");
        Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 0, "nothing runs");
        assertThat(one("select $1", "ok")).isEqualTo("ok");
        Await.until(PATIENCE, () -> leases.inUse() == 0 && admission.inUse() == 0, "nothing is held");
    }

    @Test
    void aStreamIsReadThroughAPortalAndItsLeaseGivenBack() {
        Flux<Integer> rows = leases.stream(
                LeaseRequest.onPrimary("stream", request(PATIENCE)),
                s -> s.stream(
                        Group.of("stream", "select generate_series(1, $1)", 1000), r -> r.get(0, Integer.class), 7));

        StepVerifier.create(rows, 3)
                .expectNext(1, 2, 3)
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(997)
                .verifyComplete();
        assertThat(leases.inUse()).isZero();
        StepVerifier.create(rows, 10).expectNextCount(10).thenCancel().verify(PATIENCE);
        Await.until(PATIENCE, () -> leases.inUse() == 0, "the stream's lease is back");
        assertThat(one("select $1", "ok")).isEqualTo("ok");
    }

    @Test
    void anOpenTransactionIsRolledBackWhenItsLeaseIsReleased() {
        Lease lease = leases.acquire(LeaseRequest.onPrimary("transaction", request(PATIENCE)))
                .block(PATIENCE);
        Begun.begin(lease.session(), "BEGIN READ WRITE", List.of(new Setting(Setting.TENANT, "acme")))
                .block(PATIENCE);
        assertThat(lease.session().status()).isEqualTo(Session.Status.IN_TRANSACTION);

        lease.release().block(PATIENCE);

        assertThat(lease.session().status()).isEqualTo(Session.Status.IDLE);
        assertThat(leases.inUse()).isZero();
        assertThat(one("select coalesce(current_setting('sluice.tenant', true), '') || $1", ""))
                .isEmpty();
    }

    // Invariant 2: a thread that was stopped just before it sends must not find the session in other hands.
    @Test
    void aSessionIsNotHandedOnWhileACancelledCallMayStillSend() {
        AtomicInteger heldWhileStarting = new AtomicInteger(-1);
        Disposable.Swap running = Disposables.swap();
        Sinks.Empty<Void> subscribed = Sinks.empty();
        Mono<Long> work = new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Long> actual) {
                actual.onSubscribe(new Subscription() {
                    @Override
                    public void request(long n) {
                        running.dispose();
                        heldWhileStarting.set(leases.inUse());
                    }

                    @Override
                    public void cancel() {}
                });
            }
        };
        running.update(subscribed
                .asMono()
                .then(leases.use(LeaseRequest.onPrimary("start", request(PATIENCE)), s -> work))
                .subscribe());

        subscribed.tryEmitEmpty();

        Await.until(PATIENCE, () -> heldWhileStarting.get() >= 0, "the call starts");
        assertThat(heldWhileStarting).hasValue(1);
        Await.until(PATIENCE, () -> leases.inUse() == 0 && admission.inUse() == 0, "all is given back");
    }

    private String one(String sql, Object... parameters) {
        return leases.use(
                        LeaseRequest.onPrimary("one", request(PATIENCE)),
                        s -> s.rows(Group.of("one", sql, parameters), r -> r.get(0, String.class), 1))
                .block(PATIENCE)
                .get(0);
    }

    private static Group sleep(int seconds) {
        return Group.of("sleep", "select pg_sleep($1)", seconds);
    }

    private static AdmissionRequest request(Duration timeout) {
        return new AdmissionRequest(
                TenantId.of("acme"), Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(timeout), null);
    }
}

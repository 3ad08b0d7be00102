package dev.sluice.replica;

import static dev.sluice.replica.topology.FakeMonitor.away;
import static dev.sluice.replica.topology.FakeMonitor.fenced;
import static dev.sluice.replica.topology.FakeMonitor.of;
import static dev.sluice.replica.topology.FakeMonitor.primary;
import static dev.sluice.replica.topology.FakeMonitor.standby;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.AdmissionSettings;
import dev.sluice.Credentials;
import dev.sluice.ReplicaSettings;
import dev.sluice.RoutingSettings;
import dev.sluice.RoutingSettings.WhenNone;
import dev.sluice.SluiceSettings;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.NoPrimaryException;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.admission.FairAdmission;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.TransactionSnapshot;
import dev.sluice.replica.topology.FakeMonitor;
import dev.sluice.replica.topology.Topology;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What becomes of calls when their node fails or is none any more: by fakes, in virtual time. */
class CallsDuringFailoverTest {

    private static final Position OLD = new Position(1, new Lsn(100));
    private static final Position NEW = new Position(2, new Lsn(120));
    private static final Duration PATIENCE = RoutingFixture.PATIENCE;
    private static final Topology BEFORE = of(primary("one", OLD), standby("two", OLD));
    private static final Topology NOBODY = of(away("one"), standby("two", OLD));
    private static final Topology AFTER = of(away("one"), primary("two", NEW));

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final FakeMonitor monitor = new FakeMonitor(BEFORE, time);
    private final FakeLeases one = new FakeLeases();
    private final FakeLeases two = new FakeLeases();
    private RoutedCluster cluster = cluster(5);

    private RoutedCluster cluster(int mostWaiting) {
        return cluster(mostWaiting, WhenNone.PRIMARY);
    }

    private RoutedCluster cluster(int mostWaiting, WhenNone none) {
        return cluster(mostWaiting, none, RoutingSettings.DEFAULT.failoverWait());
    }

    private RoutedCluster cluster(int mostWaiting, WhenNone none, Duration failoverWait) {
        RoutingSettings defaults = RoutingSettings.DEFAULT;
        RoutingSettings routing = new RoutingSettings(
                defaults.defaultConsistency(),
                defaults.maxLag(),
                defaults.maxLagBytes(),
                none,
                defaults.primaryReads(),
                defaults.probeInterval(),
                defaults.catchUpWait(),
                failoverWait);
        SluiceSettings settings = SluiceSettings.builder(
                        "r2dbc:postgresql://localhost:1/app", new Credentials("app", ""))
                .admission(AdmissionSettings.DEFAULT.withMaxWaiting(mostWaiting))
                .replicas(new ReplicaSettings(routing, Map.of()))
                .build();
        FairAdmission unused =
                new FairAdmission("unused", new FixedLimits(settings.admission()), 1, AdmissionObserver.NONE);
        return RoutedCluster.of(
                List.of(new Node("one", unused, one), new Node("two", unused, two)),
                monitor,
                settings,
                () -> time.now(TimeUnit.NANOSECONDS));
    }

    @BeforeEach
    void start() {
        one.position = sink -> sink.position(1, OLD.lsn(), TransactionSnapshot.UNKNOWN);
        two.position = sink -> sink.position(2, NEW.lsn(), TransactionSnapshot.UNKNOWN);
        cluster.start().block(PATIENCE);
    }

    @AfterEach
    void stop() {
        time.dispose();
    }

    private static R2dbcException error(String state) {
        return new R2dbcNonTransientResourceException("state " + state, state);
    }

    private Mono<Long> write(SessionPosition session) {
        return cluster.leases()
                .use(
                        RoutingFixture.request(true, session),
                        now -> now.rowsUpdated(Group.of("write", "update counters set value = 1")));
    }

    private Mono<List<Object>> read(SessionPosition session) {
        return cluster.leases()
                .use(
                        RoutingFixture.request(false, session),
                        now -> now.rows(Group.of("read", "select 1"), row -> row, 1));
    }

    @Nested
    class Writes {

        @Test
        void waitForTheNextPrimaryAndAreSentOnce() {
            monitor.publish(NOBODY);

            StepVerifier.create(write(SessionPosition.none()))
                    .expectSubscription()
                    .then(() -> time.advanceTimeBy(Duration.ofSeconds(5)))
                    .then(() -> assertThat(one.sent + two.sent).isZero())
                    .then(() -> monitor.publish(AFTER))
                    .expectNext(1L)
                    .verifyComplete();
            assertThat(two.sent).isEqualTo(1);
            assertThat(one.sent).isZero();
        }

        @Test
        void thatCouldNotBeConnectedGoToTheNextPrimary() {
            one.refusals.add(error("08001"));

            StepVerifier.create(write(SessionPosition.none()))
                    .expectSubscription()
                    .then(() -> monitor.publish(AFTER))
                    .expectNext(1L)
                    .verifyComplete();
            assertThat(two.sent).isEqualTo(1);
            assertThat(monitor.troubles).hasSize(1);
        }

        @Test
        void thatCouldNotBeConnectedTryTheSamePrimaryAgainAfterAWhile() {
            one.refusals.add(error("57P03"));

            StepVerifier.create(write(SessionPosition.none()))
                    .expectSubscription()
                    .then(() -> assertThat(one.sent).isZero())
                    .then(() -> time.advanceTimeBy(Duration.ofMillis(400)))
                    .expectNext(1L)
                    .verifyComplete();
            assertThat(one.sent).isEqualTo(1);
        }

        @Test
        void thatADemotedNodeRefusedGoToTheNextPrimary() {
            one.errors.add(error("25006"));

            StepVerifier.create(write(SessionPosition.none()))
                    .expectSubscription()
                    .then(() -> monitor.publish(AFTER))
                    .expectNext(1L)
                    .verifyComplete();
            assertThat(two.sent).isEqualTo(1);
        }

        @Test
        void thatAPrimaryRefusesAgainAndAgainFailWithWhatItSays() {
            IntStream.range(0, 5).forEach(i -> one.errors.add(error("25006")));

            StepVerifier.create(write(SessionPosition.none()))
                    .expectSubscription()
                    .then(() -> time.advanceTimeBy(Duration.ofSeconds(2)))
                    .verifyErrorMatches(e -> e instanceof R2dbcException r && "25006".equals(r.getSqlState()));
            assertThat(one.sent).isEqualTo(3);
        }

        @Test
        void thatMayHaveRunAreNeverSentAgain() {
            for (String state : List.of("08007", "08006", "57P01")) {
                SessionPosition session = SessionPosition.none();
                one.errors.add(error(state));
                int before = one.sent;

                StepVerifier.create(write(session))
                        .expectErrorMatches(e -> e instanceof R2dbcException r && state.equals(r.getSqlState()))
                        .verify(PATIENCE);
                assertThat(one.sent).isEqualTo(before + 1);
                assertThat(two.sent).isZero();
                assertThat(session.unknownWrites()).as(state).isEqualTo(1);
            }
        }

        @Test
        void thatWereNotSentOnAClosedConnectionAreSent() {
            one.errors.add(error("08003"));

            StepVerifier.create(write(SessionPosition.none()))
                    .expectSubscription()
                    .then(() -> time.advanceTimeBy(Duration.ofMillis(400)))
                    .expectNext(1L)
                    .verifyComplete();
        }

        @Test
        void neverReachANodeThatIsNoPrimaryAnyMoreWhenTheyGetItsConnection() {
            // As for a write that waited in the admission of the old primary.
            one.beforeWork = () -> monitor.publish(AFTER);

            StepVerifier.create(write(SessionPosition.none())).expectNext(1L).verifyComplete();
            assertThat(one.sent).isZero();
            assertThat(two.sent).isEqualTo(1);
        }

        @Test
        void areRefusedAtOnceWhileTwoNodesTakeWrites() {
            monitor.publish(of(fenced("one", OLD), fenced("two", OLD)));

            StepVerifier.create(write(SessionPosition.none()))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(NoPrimaryException.class)
                            .hasMessageContaining("nothing was written"))
                    .verify(PATIENCE);
            assertThat(one.sent + two.sent).isZero();
        }

        @Test
        void waitNoLongerThanTheyMay() {
            monitor.publish(NOBODY);

            StepVerifier.create(write(SessionPosition.none()))
                    .expectSubscription()
                    .then(() -> time.advanceTimeBy(Duration.ofSeconds(11)))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(NoPrimaryException.class)
                            .hasMessageStartingWith("test: no primary after 10000 ms"))
                    .verify(PATIENCE);
            monitor.publish(AFTER);
            assertThat(two.sent).isZero();
        }

        @Test
        void waitInLimitedNumbersAndMakeRoomWhenTheyAreCancelled() {
            monitor.publish(NOBODY);
            List<Disposable> waiting = IntStream.range(0, 5)
                    .mapToObj(i -> write(SessionPosition.none()).subscribe(done -> {}, error -> {}))
                    .toList();

            assertThatThrownBy(() -> write(SessionPosition.none()).block(PATIENCE))
                    .hasMessageContaining("5 calls wait for a primary already (limit 5");
            waiting.get(0).dispose();
            Disposable next = write(SessionPosition.none()).subscribe(done -> {}, error -> {});
            assertThat(next.isDisposed()).isFalse();

            monitor.publish(AFTER);
            assertThat(two.sent).isEqualTo(5);
            assertThat(one.sent).isZero();
        }

        @Test
        void waitForEverIfNobodyLimitsThem() {
            cluster = cluster(1_000, WhenNone.PRIMARY, Duration.ofDays(1));
            monitor.publish(NOBODY);
            List<Disposable> waiting = IntStream.range(0, 6)
                    .mapToObj(i -> write(SessionPosition.none()).subscribe(done -> {}, error -> {}))
                    .toList();
            time.advanceTimeBy(Duration.ofSeconds(11));

            assertThat(waiting).noneMatch(Disposable::isDisposed);
            waiting.forEach(Disposable::dispose);
        }

        @Test
        void thatAreCancelledAfterTheyWereSentAreUnknown() {
            SessionPosition session = SessionPosition.none();
            one.silent = true;

            write(session).subscribe(done -> {}, error -> {}).dispose();

            assertThat(session.unknownWrites()).isEqualTo(1);
        }

        @Test
        void raiseTheirSessionByTheSampleAndAreUnknownWithout() {
            SessionPosition session = SessionPosition.none();
            write(session).block(PATIENCE);
            assertThat(session.seen()).isEqualTo(OLD);
            assertThat(session.node()).isEqualTo("one");
            assertThat(session.unknownWrites()).isZero();

            one.position = sink -> {};
            write(session).block(PATIENCE);
            assertThat(session.unknownWrites()).isEqualTo(1);
        }
    }

    @Nested
    class Reads {

        @Test
        void onALostReplicaRunOnceMoreElsewhere() {
            two.errors.add(error("08006"));

            assertThat(read(SessionPosition.none()).block(PATIENCE)).isEmpty();
            assertThat(two.sent).isEqualTo(1);
            assertThat(one.sent).isEqualTo(1);
        }

        @Test
        void thatTheReplayCancelledRunOnThePrimary() {
            for (String state : List.of("40001", "40P01")) {
                two.errors.add(error(state));
                assertThat(read(SessionPosition.none()).block(PATIENCE)).isEmpty();
            }
            assertThat(one.sent).isEqualTo(2);
        }

        @Test
        void thatFailOnTheirOwnAreNotRepeated() {
            two.errors.add(error("22012"));

            assertThatThrownBy(() -> read(SessionPosition.none()).block(PATIENCE))
                    .hasMessageContaining("22012");
            assertThat(one.sent).isZero();
        }

        @Test
        void ofWhatAReplicaDoesNotKnowRunOnceMoreOnThePrimaryWhichHasTheLastWord() {
            List<String> states = List.of("42P01", "42703", "42883", "42704", "3F000", "42501");
            for (String state : states) {
                two.errors.add(error(state));
                assertThat(read(SessionPosition.none()).block(PATIENCE)).isEmpty();
            }
            assertThat(one.sent).isEqualTo(states.size());

            two.errors.add(error("42P01"));
            one.errors.add(error("42P01"));
            assertThatThrownBy(() -> read(SessionPosition.none()).block(PATIENCE))
                    .hasMessageContaining("42P01");
            assertThat(one.sent + two.sent).isEqualTo(2 * states.size() + 2);
        }

        @Test
        void ofWhatThePrimaryDoesNotKnowAreNotRepeated() {
            one.errors.add(error("42P01"));

            assertThatThrownBy(() -> read(SessionPosition.unknown()).block(PATIENCE))
                    .hasMessageContaining("42P01");
            assertThat(one.sent).isEqualTo(1);
            assertThat(two.sent).isZero();
        }

        @Test
        void thatThePrimaryMustNotServeFailWithWhatTheirReplicaSaid() {
            cluster = cluster(5, WhenNone.FAIL);
            for (String state : List.of("42P01", "40001")) {
                two.errors.add(error(state));
                assertThatThrownBy(() -> read(SessionPosition.none()).block(PATIENCE))
                        .hasMessageContaining(state);
            }
            assertThat(one.sent).isZero();
        }

        @Test
        void thatWereCancelledAfterTheirAnswerWasSeenCountAsSeen() {
            SessionPosition session = SessionPosition.none();
            two.position = sink -> {};

            Flux.from(read(session)).take(1).blockLast(PATIENCE);

            assertThat(session.unknownWrites()).isEqualTo(1);
        }

        @Test
        void ofAPositionThatThePrimaryHasNotReachedMakeTheirSessionForgetIt() {
            // As after a restore of older data: nobody ever gets there.
            SessionPosition session = SessionPosition.at(new Position(1, new Lsn(Long.MAX_VALUE)));

            assertThat(read(session).block(PATIENCE)).isEmpty();
            assertThat(session.seen()).isNull();
            assertThat(session.unknownWrites()).isEqualTo(1);

            read(session).block(PATIENCE);
            assertThat(session.seen()).isEqualTo(OLD);
            assertThat(session.unknownWrites()).isZero();
            assertThat(one.sent).isEqualTo(2);

            read(session).block(PATIENCE);
            assertThat(two.sent).isEqualTo(1);
        }

        @Test
        void ofThePrimaryTellWhereUnknownWritesOfTheProcessLieWhoeverReads() {
            one.silent = true;
            write(SessionPosition.none()).subscribe(done -> {}, error -> {}).dispose();
            one.silent = false;
            SessionPosition begun = cluster.newSession();
            assertThat(begun.unknownWrites()).isEqualTo(1);

            read(begun).block(PATIENCE);

            assertThat(cluster.newSession())
                    .returns(0, SessionPosition::unknownWrites)
                    .returns(OLD, SessionPosition::seen);
        }

        @Test
        void ofTransactionsLetANodeBackThatWasBanned() {
            for (int i = 0; i < 5; i++) {
                two.refusals.add(error("08001"));
                read(SessionPosition.none()).block(PATIENCE);
            }
            assertThat(cluster.statuses().get(1).state()).isEqualTo(State.BANNED);
            time.advanceTimeBy(Duration.ofSeconds(2));

            for (int i = 0; i < 2; i++) {
                Lease lease = Objects.requireNonNull(cluster.leases()
                        .acquire(RoutingFixture.request(false, SessionPosition.none()))
                        .block(PATIENCE));
                lease.release().block(PATIENCE);
            }
            time.advanceTimeBy(Duration.ofSeconds(11));

            assertThat(two.released).isEqualTo(2);
            assertThat(cluster.statuses().get(1).state()).isEqualTo(State.UP);
        }

        @Test
        void thatStreamLetANodeBackThatWasBanned() {
            for (int i = 0; i < 5; i++) {
                two.refusals.add(error("08001"));
                read(SessionPosition.none()).block(PATIENCE);
            }
            time.advanceTimeBy(Duration.ofSeconds(2));

            for (int i = 0; i < 2; i++) {
                cluster.leases().stream(
                                RoutingFixture.request(false, SessionPosition.none()),
                                now -> now.stream(Group.of("read", "select 1"), row -> row, 1))
                        .blockLast(PATIENCE);
            }
            time.advanceTimeBy(Duration.ofSeconds(11));

            assertThat(two.sent).isEqualTo(2);
            assertThat(cluster.statuses().get(1).state()).isEqualTo(State.UP);
        }

        @Test
        void ofANodeThatTurnsOutToBeBehindAreDiscarded() {
            SessionPosition session = SessionPosition.at(OLD);
            // As after a restart, which the monitor has not noticed yet.
            two.position = sink -> sink.position(0, new Lsn(40), TransactionSnapshot.UNKNOWN);

            assertThat(read(session).block(PATIENCE)).isEmpty();
            assertThat(two.sent).isEqualTo(1);
            assertThat(one.sent).isEqualTo(1);
            assertThat(session.seen()).isEqualTo(OLD);
            assertThat(session.node()).isEqualTo("one");
        }

        @Test
        void ofAPrimaryOfAnOlderTimelineAreDiscarded() {
            SessionPosition session = SessionPosition.at(NEW);
            monitor.publish(of(primary("one", OLD), away("two")));

            StepVerifier.create(read(session))
                    .expectSubscription()
                    .then(() -> assertThat(one.sent).isEqualTo(1))
                    .then(() -> monitor.publish(AFTER))
                    .expectNext(List.of())
                    .verifyComplete();
            assertThat(two.sent).isEqualTo(1);
        }

        @Test
        void areRunWithPatienceWhileThereIsOnlyALostPrimary() {
            monitor.publish(of(primary("one", OLD), away("two")));
            one.refusals.add(error("08001"));

            StepVerifier.create(read(SessionPosition.none()))
                    .expectSubscription()
                    .then(() -> monitor.publish(AFTER))
                    .expectNext(List.of())
                    .verifyComplete();
        }

        @Test
        void leaveASessionThatKnowsNotHowFarItHasReadToThePrimary() {
            SessionPosition session = SessionPosition.none();
            two.position = sink -> {};

            read(session).block(PATIENCE);
            assertThat(session.unknownWrites()).isEqualTo(1);

            read(session).block(PATIENCE);
            assertThat(one.sent).isEqualTo(1);
            assertThat(session.unknownWrites()).isZero();
        }
    }

    @Nested
    class Transactions {

        private Lease begin() {
            Lease lease = Objects.requireNonNull(cluster.leases()
                    .acquire(RoutingFixture.request(true, SessionPosition.none()))
                    .block(PATIENCE));
            Begun.begin(lease.session(), "BEGIN", List.of()).block(PATIENCE);
            return lease;
        }

        @Test
        void beginOnTheNextPrimaryWhenTheirBeginWasRefused() {
            // What a standby says to READ WRITE.
            one.errors.add(error("0A000"));
            Lease lease = Objects.requireNonNull(cluster.leases()
                    .acquire(RoutingFixture.request(true, SessionPosition.none()))
                    .block(PATIENCE));

            StepVerifier.create(Begun.begin(lease.session(), "BEGIN", List.of()))
                    .expectSubscription()
                    .then(() -> monitor.publish(AFTER))
                    .verifyComplete();
            lease.session().rowsUpdated(Group.of("w", "update t")).block(PATIENCE);
            lease.release().block(PATIENCE);

            assertThat(one.begun).isEqualTo(1);
            assertThat(one.released).isEqualTo(1);
            assertThat(two.begun).isEqualTo(1);
            assertThat(two.released).isEqualTo(1);
        }

        @Test
        void thatOnlyReadBeginElsewhereWhenTheirReplicaIsLost() {
            for (String state : List.of("08003", "08006", "57P01")) {
                two.errors.add(error(state));
                Lease lease = Objects.requireNonNull(cluster.leases()
                        .acquire(RoutingFixture.request(false, SessionPosition.none()))
                        .block(PATIENCE));

                Begun.begin(lease.session(), "BEGIN READ ONLY", List.of()).block(PATIENCE);
                lease.session().command("COMMIT").block(PATIENCE);
                lease.release().block(PATIENCE);
            }
            assertThat(two.begun).isEqualTo(3);
            assertThat(two.released).isEqualTo(3);
            assertThat(one.begun).isEqualTo(3);
            assertThat(one.released).isEqualTo(3);
        }

        @Test
        void thatAPrimaryRefusesAgainAndAgainFailWithWhatItSays() {
            IntStream.range(0, 9).forEach(i -> one.errors.add(error("0A000")));
            Lease lease = Objects.requireNonNull(cluster.leases()
                    .acquire(RoutingFixture.request(true, SessionPosition.none()))
                    .block(PATIENCE));

            StepVerifier.create(Begun.begin(lease.session(), "BEGIN", List.of()))
                    .expectSubscription()
                    .then(() -> time.advanceTimeBy(Duration.ofSeconds(2)))
                    .verifyErrorMatches(e -> e instanceof R2dbcException r && "0A000".equals(r.getSqlState()));
            lease.release().block(PATIENCE);

            assertThat(one.begun).isEqualTo(3);
            assertThat(one.released).isGreaterThanOrEqualTo(3);
        }

        @Test
        void thatAreReleasedWhileTheyWaitForAPrimaryHoldNothing() {
            one.errors.add(error("25006"));
            Lease lease = Objects.requireNonNull(cluster.leases()
                    .acquire(RoutingFixture.request(true, SessionPosition.none()))
                    .block(PATIENCE));
            StepVerifier.create(Begun.begin(lease.session(), "BEGIN", List.of()))
                    .expectSubscription()
                    .then(() -> lease.release().block(PATIENCE))
                    .then(() -> monitor.publish(AFTER))
                    .verifyErrorMessage("the transaction ended before it began");

            assertThat(two.released).isEqualTo(1);
            assertThat(two.begun).isZero();
        }

        private static final Group FIRST = Group.of("w", "update t").beginning("BEGIN");

        private Lease acquire(boolean writes) {
            return Objects.requireNonNull(cluster.leases()
                    .acquire(RoutingFixture.request(writes, SessionPosition.none()))
                    .block(PATIENCE));
        }

        @Test
        void takeTheirFirstStatementAlongToTheNextPrimary() {
            one.errors.add(new R2dbcNonTransientResourceException("refused", "0A000", 0, "BEGIN", null));
            Lease lease = acquire(true);

            StepVerifier.create(lease.session().rowsUpdated(FIRST))
                    .expectSubscription()
                    .then(() -> monitor.publish(AFTER))
                    .expectNext(1L)
                    .verifyComplete();
            lease.release().block(PATIENCE);

            assertThat(one.released).isEqualTo(1);
            assertThat(two.sent).isEqualTo(1);
            assertThat(two.released).isEqualTo(1);
        }

        @Test
        void stayWhereTheirFirstStatementFailedOrMayHaveWritten() {
            for (R2dbcException stays : List.of(
                    new R2dbcNonTransientResourceException("of the statement", "0A000", 0, "update t", null),
                    new R2dbcNonTransientResourceException("of the statement", "08003", 0, "update t", null),
                    new R2dbcNonTransientResourceException("killed in it", "57P01", 0, "update t", null),
                    error("08006"))) {
                one.errors.add(stays);
                Lease lease = acquire(true);

                assertThatThrownBy(() -> lease.session().rowsUpdated(FIRST).block(PATIENCE))
                        .isSameAs(stays);
                lease.release().block(PATIENCE);
            }
            assertThat(two.sent).isZero();
        }

        @Test
        void thatOnlyReadReadElsewhereWhenTheirReplicaIsLost() {
            two.errors.add(error("08006"));
            Lease lease = acquire(false);

            assertThat(lease.session()
                            .rows(Group.of("r", "select 1").beginning("BEGIN READ ONLY"), row -> 1, 1)
                            .block(PATIENCE))
                    .isEmpty();
            lease.release().block(PATIENCE);

            assertThat(two.released).isEqualTo(1);
            assertThat(one.sent).isEqualTo(1);
        }

        @Test
        void useNoConnectionThatWasLetGoWhenACancelStopsTheirMove() {
            one.errors.add(new R2dbcNonTransientResourceException("refused", "25006", 0, "BEGIN", null));
            Lease lease = acquire(true);
            lease.session().rowsUpdated(FIRST).subscribe().dispose();
            assertThat(one.released).isEqualTo(1);

            assertThat(lease.session().status()).isEqualTo(Session.Status.CLOSED);
            assertThatThrownBy(() -> lease.session().rowsUpdated(FIRST).block(PATIENCE))
                    .isInstanceOfSatisfying(R2dbcException.class, e -> assertThat(e.getSqlState())
                            .isEqualTo("25P01"));
            assertThatThrownBy(() -> lease.session().command("COMMIT").block(PATIENCE))
                    .isInstanceOf(R2dbcException.class);
            lease.release().block(PATIENCE);

            assertThat(one.sent).isEqualTo(1);
            assertThat(two.sent).isZero();
        }

        // Whether the release comes after it or before.
        @Test
        void giveBackTheLeaseThatArrivesWhileACancelStopsTheirMove() {
            for (boolean releasedBefore : List.of(true, false)) {
                monitor.publish(BEFORE);
                one.errors.add(new R2dbcNonTransientResourceException("refused", "25006", 0, "BEGIN", null));
                Lease lease = acquire(true);
                Disposable first = lease.session().rowsUpdated(FIRST).subscribe();
                int before = two.released;
                two.beforeLease = () -> {
                    first.dispose();
                    if (releasedBefore) {
                        lease.release().block(PATIENCE);
                    }
                };
                monitor.publish(AFTER);
                if (!releasedBefore) {
                    lease.release().block(PATIENCE);
                }

                assertThat(two.released - before)
                        .as("released before it arrives: %s", releasedBefore)
                        .isEqualTo(1);
                assertThat(two.sent).isZero();
            }
        }

        // A session that was given back is another call's.
        @Test
        void areNotGivenBackWhileTheirFirstStatementStartsOnTheNextPrimary() {
            one.errors.add(new R2dbcNonTransientResourceException("refused", "25006", 0, "BEGIN", null));
            Lease lease = acquire(true);
            List<Integer> releasedAtStart = new ArrayList<>();
            two.beforeAnswer = () -> {
                lease.release().subscribe();
                releasedAtStart.add(two.released);
            };
            StepVerifier.create(lease.session().rowsUpdated(FIRST))
                    .expectSubscription()
                    .then(() -> monitor.publish(AFTER))
                    .expectNext(1L)
                    .verifyComplete();

            assertThat(releasedAtStart).containsExactly(0);
            assertThat(two.released).isEqualTo(1);
        }

        @Test
        void sendNothingMoreToANodeThatIsNoPrimaryAnyMore() {
            for (Topology demoted : List.of(
                    of(fenced("one", OLD), primary("two", NEW)), of(standby("one", NEW), primary("two", NEW)))) {
                monitor.publish(BEFORE);
                Lease lease = begin();
                int before = one.sent;
                monitor.publish(demoted);

                Stream.of(
                                lease.session()
                                        .rowsUpdated(Group.of("w", "update t"))
                                        .then(),
                                lease.session()
                                        .rows(Group.of("r", "select"), row -> row, 1)
                                        .then(),
                                lease.session().command("COMMIT").then())
                        .forEach(call -> assertThatThrownBy(() -> call.block(PATIENCE))
                                .hasMessageContaining("node 'one' takes no writes")
                                .hasMessageContaining("nothing was sent"));
                assertThat(one.sent).isEqualTo(before);
            }
        }

        @Test
        void goOnWhileTheirPrimaryIsOnlySilent() {
            Lease lease = begin();
            monitor.publish(NOBODY);

            assertThat(lease.session().command("COMMIT").block(PATIENCE)).isEqualTo("COMMIT");
        }
    }

    @Test
    void theConnectionsOfWhoIsNoPrimaryAnyMoreAreDrainedAndThoseOfASilentStandbyClosed() {
        monitor.publish(of(fenced("one", OLD), primary("two", NEW)));
        assertThat(one.drained).isEqualTo(1);

        monitor.publish(of(standby("one", NEW), primary("two", NEW)));
        monitor.publish(of(away("one"), primary("two", NEW)));
        assertThat(one.disconnected).isEqualTo(1);
        assertThat(two.drained + two.disconnected).isZero();
    }

    @Test
    void theConnectionsOfAPrimaryThatComesBackAsAStandbyAreDrained() {
        monitor.publish(AFTER);
        assertThat(one.drained).isZero();

        monitor.publish(of(standby("one", NEW), primary("two", NEW)));

        assertThat(one.drained).isEqualTo(1);
        assertThat(one.disconnected).isZero();
    }
}

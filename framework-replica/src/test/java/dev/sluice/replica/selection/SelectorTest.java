package dev.sluice.replica.selection;

import static dev.sluice.replica.topology.FakeMonitor.away;
import static dev.sluice.replica.topology.FakeMonitor.of;
import static dev.sluice.replica.topology.FakeMonitor.primary;
import static dev.sluice.replica.topology.FakeMonitor.standby;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.RoutingSettings;
import dev.sluice.RoutingSettings.PrimaryReads;
import dev.sluice.RoutingSettings.WhenNone;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.RouteObserver.Reason;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.replica.selection.Choice.CatchUp;
import dev.sluice.replica.selection.Choice.Go;
import dev.sluice.replica.selection.Choice.NoPrimary;
import dev.sluice.replica.selection.Choice.NoReplica;
import dev.sluice.replica.topology.FakeMonitor;
import dev.sluice.replica.topology.Topology;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** Choices in virtual time, with a seeded source of chance. */
class SelectorTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SEED = 20_240_704;
    private static final Position HERE = new Position(2, new Lsn(1_000));
    private static final Position EARLIER = new Position(2, new Lsn(900));
    private static final SessionPosition NOTHING_SEEN = SessionPosition.none();
    private static final Throwable LOST = new R2dbcNonTransientResourceException("connection refused", "08001");

    private long now = TimeUnit.DAYS.toNanos(1);
    private final Random random = new Random(SEED);
    private List<Candidate> candidates = List.of();
    private FakeMonitor monitor = new FakeMonitor(threeNodes(HERE, HERE), Schedulers.immediate());
    private Selector selector = selector(RoutingSettings.DEFAULT);

    private static Topology threeNodes(Position first, Position second) {
        return of(primary("p", HERE), standby("a", first), standby("b", second));
    }

    private static RoutingSettings routing(WhenNone none, PrimaryReads reads) {
        RoutingSettings defaults = RoutingSettings.DEFAULT;
        return new RoutingSettings(
                defaults.defaultConsistency(),
                defaults.maxLag(),
                defaults.maxLagBytes(),
                none,
                reads,
                defaults.probeInterval(),
                defaults.catchUpWait(),
                defaults.failoverWait());
    }

    private Selector selector(RoutingSettings settings) {
        candidates = monitor.current().nodes().stream()
                .map(node -> new Candidate(node.name(), () -> now))
                .toList();
        return new Selector(monitor, candidates, settings, () -> now, random::nextDouble);
    }

    private Selector among(Topology topology, RoutingSettings settings) {
        monitor = new FakeMonitor(topology, Schedulers.immediate());
        selector = selector(settings);
        return selector;
    }

    private Choice select(SessionPosition session) {
        return selector.select(ReadConsistency.session(), session, -1);
    }

    private int node(Choice choice) {
        assertThat(choice).as("seed " + SEED).isInstanceOf(Go.class);
        return ((Go) choice).node();
    }

    /** So many calls, one after the other, each of which takes as long as its node does; how many each node got. */
    private int[] oneByOne(int calls, long... nanos) {
        int[] counts = new int[candidates.size()];
        for (int i = 0; i < calls; i++) {
            int node = node(select(NOTHING_SEEN));
            counts[node]++;
            answer(node, nanos[node]);
        }
        return counts;
    }

    /** How many of so many calls that nobody answers would go to a node. */
    private int chosen(int calls, int node) {
        return (int) IntStream.range(0, calls)
                .filter(i -> node(select(NOTHING_SEEN)) == node)
                .count();
    }

    private void answer(int node, long nanos) {
        candidates.get(node).begun();
        long connected = candidates.get(node).connected();
        now += nanos;
        candidates.get(node).succeeded(connected);
    }

    @Nested
    class AmongEquals {

        @Test
        void slowFirstCallsAreSoonForgotten() {
            for (int i = 0; i < 100; i++) {
                answer(1, 20 * MILLI);
                answer(2, MILLI);
            }
            oneByOne(4_000, MILLI, 2 * MILLI, 2 * MILLI);

            assertThat(oneByOne(1_000, MILLI, 2 * MILLI, 2 * MILLI)[1])
                    .as("seed " + SEED)
                    .isBetween(400, 600);
        }

        @Test
        void callsAreSpreadEvenly() {
            int[] counts = oneByOne(10_000, MILLI, MILLI, MILLI);

            assertThat(counts[0]).isZero();
            assertThat(counts[1]).as("seed " + SEED).isBetween(4_800, 5_200);
        }

        @Test
        void aLittleSlowerIsAsGood() {
            int[] counts = oneByOne(10_000, MILLI, MILLI, MILLI * 3 / 2);

            assertThat(counts[2]).as("seed " + SEED).isBetween(4_800, 5_200);
        }

        @Test
        void lessThanAMillisecondSlowerIsAsGood() {
            int[] counts = oneByOne(20_000, MILLI, MILLI / 10, MILLI * 9 / 10);

            assertThat(counts[2]).as("seed " + SEED).isBetween(9_600, 10_400);
        }

        @Test
        void theFewCallsBesideAPauseMoveNothing() {
            oneByOne(5_000, MILLI, MILLI, MILLI);
            for (int i = 0; i < 5; i++) {
                now += TimeUnit.MILLISECONDS.toNanos(400);
                answer(1, 3 * MILLI);
                answer(2, MILLI);
            }

            assertThat(chosen(100, 1)).as("seed " + SEED).isBetween(40, 60);
        }

        @Test
        void aSingleSlowCallMovesNothingWhereThereAreFew() {
            for (int i = 0; i < 60; i++) {
                now += TimeUnit.SECONDS.toNanos(1);
                answer(1, i % 4 == 0 ? 5 * MILLI : MILLI);
                answer(2, MILLI);

                assertThat(chosen(100, 1)).as("call %d, seed %d", i, SEED).isBetween(40, 60);
            }
        }

        @Test
        void theOneWithLessInFlightIsChosen() {
            candidates.get(1).begun();

            assertThat(IntStream.range(0, 100).map(i -> node(select(NOTHING_SEEN))))
                    .containsOnly(2);
        }

        @Test
        void thePrimarySharesWhenItIsAskedTo() {
            among(threeNodes(HERE, HERE), routing(WhenNone.PRIMARY, PrimaryReads.SHARE));

            int[] counts = oneByOne(9_000, MILLI, MILLI, MILLI);

            assertThat(IntStream.of(counts)).as("seed " + SEED).allMatch(count -> count > 2_700 && count < 3_300);
        }

        @Test
        void aSingleSlowCallMovesNothing() {
            oneByOne(5_000, MILLI, MILLI, MILLI);
            candidates.get(1).begun();
            candidates.get(1).succeeded(candidates.get(1).connected() - TimeUnit.SECONDS.toNanos(2));

            assertThat(oneByOne(1_000, MILLI, MILLI, MILLI)[1])
                    .as("seed " + SEED)
                    .isBetween(400, 600);
        }
    }

    @Nested
    class WithASlowNode {

        @Test
        void moreThanAMillisecondAndTwiceAsSlowIsSlower() {
            int[] counts = oneByOne(20_000, MILLI, MILLI / 10, MILLI * 3 / 2);

            assertThat(counts[2]).as("seed " + SEED).isLessThan(2_000);
        }

        @Test
        void itShowsWithinFiveSecondsWhereThereAreFewCalls() {
            for (int i = 0; i < 20; i++) {
                now += TimeUnit.SECONDS.toNanos(1);
                answer(1, i < 10 ? MILLI : 50 * MILLI);
                answer(2, MILLI);
            }

            assertThat(chosen(100, 1)).as("seed " + SEED).isZero();
        }

        @Test
        void itGetsLittleAndIsTriedAgain() {
            oneByOne(5_000, MILLI, MILLI, MILLI);

            int[] slow = oneByOne(5_000, MILLI, MILLI, 200 * MILLI);
            assertThat(slow[2]).as("seed " + SEED).isLessThan(100);

            now += TimeUnit.SECONDS.toNanos(70);
            int[] after = oneByOne(2_000, MILLI, MILLI, MILLI);
            assertThat(after[2]).as("seed " + SEED).isGreaterThan(500);
        }
    }

    @Nested
    class ByConsistency {

        @Test
        void aSessionReadsOnlyWhoHasWhatItSaw() {
            among(threeNodes(EARLIER, HERE), RoutingSettings.DEFAULT);

            assertThat(IntStream.range(0, 100).map(i -> node(select(SessionPosition.at(HERE)))))
                    .containsOnly(2);
            assertThat(IntStream.range(0, 100).map(i -> node(select(SessionPosition.at(EARLIER)))))
                    .contains(1, 2);
        }

        @Test
        void whoHasNotQuiteGotThereIsWaitedFor() {
            among(threeNodes(EARLIER, EARLIER), RoutingSettings.DEFAULT);

            assertThat(select(SessionPosition.at(HERE)))
                    .isInstanceOfSatisfying(
                            CatchUp.class, wait -> assertThat(wait.wanted()).isEqualTo(HERE));
            assertThat(select(SessionPosition.at(HERE)))
                    .as("nobody has said that it was in vain")
                    .isInstanceOf(CatchUp.class);

            candidates.get(1).waitedInVain(Duration.ofSeconds(1));
            candidates.get(2).waitedInVain(Duration.ofSeconds(1));
            assertThat(select(SessionPosition.at(HERE))).isEqualTo(new Go(0, false, Reason.BEHIND));

            now += TimeUnit.SECONDS.toNanos(2);
            assertThat(select(SessionPosition.at(HERE))).isInstanceOf(CatchUp.class);
        }

        @Test
        void whoIsFarBehindIsNotWaitedFor() {
            Position far = new Position(2, new Lsn(1_000 + RoutingSettings.DEFAULT.maxLagBytes()));
            Position farther = new Position(2, new Lsn(far.lsn().value() + 1));
            Position beyondAll = new Position(2, new Lsn(-1));

            assertThat(select(SessionPosition.at(far))).isInstanceOf(CatchUp.class);
            assertThat(select(SessionPosition.at(farther))).isEqualTo(new Go(0, false, Reason.BEHIND));
            assertThat(select(SessionPosition.at(beyondAll))).isEqualTo(new Go(0, false, Reason.BEHIND));

            RoutingSettings defaults = RoutingSettings.DEFAULT;
            selector = selector(new RoutingSettings(
                    defaults.defaultConsistency(),
                    defaults.maxLag(),
                    Long.MAX_VALUE,
                    defaults.whenNone(),
                    defaults.primaryReads(),
                    defaults.probeInterval(),
                    defaults.catchUpWait(),
                    defaults.failoverWait()));
            assertThat(select(SessionPosition.at(farther)))
                    .as("without the limit")
                    .isInstanceOf(CatchUp.class);
        }

        @Test
        void whatCannotBeComparedIsReadFromThePrimary() {
            Go toPrimary = new Go(0, false, Reason.SESSION);

            assertThat(select(SessionPosition.unknown())).isEqualTo(toPrimary);
            assertThat(select(SessionPosition.at(new Position(1, new Lsn(5))))).isEqualTo(toPrimary);
            assertThat(select(SessionPosition.at(new Position(3, new Lsn(5))))).isEqualTo(toPrimary);
        }

        @Test
        void thePrimaryIsReadWhenItIsAskedFor() {
            assertThat(selector.select(ReadConsistency.primary(), NOTHING_SEEN, -1))
                    .isEqualTo(new Go(0, false, Reason.CONSISTENCY));
        }

        @Test
        void aBoundIsKeptByWhatIsKnownToBeFresh() {
            ReadConsistency second = ReadConsistency.bounded(Duration.ofSeconds(1));
            now = TimeUnit.MILLISECONDS.toNanos(500);
            selector = selector(RoutingSettings.DEFAULT);
            assertThat(node(selector.select(second, NOTHING_SEEN, -1))).isPositive();

            now = TimeUnit.MILLISECONDS.toNanos(1_500);
            assertThat(selector.select(second, NOTHING_SEEN, -1)).isEqualTo(new Go(0, false, Reason.BEHIND));
        }
    }

    @Nested
    class ByLag {

        @Test
        void whoIsFurtherBehindThanIsAllowedServesNobody() {
            Duration seconds = Duration.ofSeconds(6);
            among(
                    of(
                            primary("p", HERE),
                            standby("late", EARLIER, seconds, 100),
                            standby("long", EARLIER, Duration.ZERO, 9L << 20),
                            standby("unknown", EARLIER, null, -1)),
                    RoutingSettings.DEFAULT);

            assertThat(select(NOTHING_SEEN)).isEqualTo(new Go(0, false, Reason.NO_REPLICA));
        }

        @Test
        void withoutReplicasThePrimaryServesUnlessItMustNot() {
            Topology alone = of(primary("p", HERE), away("a"), away("b"));
            assertThat(among(alone, RoutingSettings.DEFAULT).select(ReadConsistency.session(), NOTHING_SEEN, -1))
                    .isEqualTo(new Go(0, false, Reason.NO_REPLICA));

            among(alone, routing(WhenNone.FAIL, PrimaryReads.AVOID));
            assertThat(select(NOTHING_SEEN)).isEqualTo(NoReplica.INSTANCE);
            assertThat(select(SessionPosition.unknown())).isEqualTo(new Go(0, false, Reason.SESSION));

            among(of(away("p"), away("a"), away("b")), RoutingSettings.DEFAULT);
            assertThat(select(NOTHING_SEEN)).isEqualTo(new NoPrimary(Reason.NO_REPLICA));
        }
    }

    @Nested
    class ByHealth {

        private void fail(int node, int times) {
            for (int i = 0; i < times; i++) {
                candidates.get(node).begun();
                candidates.get(node).failed(LOST);
            }
        }

        private int share(int node, int calls) {
            return oneByOne(calls, MILLI, MILLI, MILLI)[node];
        }

        @Test
        void whoCannotBeConnectedToIsBanned() {
            fail(1, 5);

            assertThat(candidates.get(1).isBanned()).isTrue();
            assertThat(share(1, 900)).isZero();
        }

        @Test
        void rejectionsTimeoutsAndErrorsOfStatementsBanNobody() {
            for (int i = 0; i < 1_000; i++) {
                candidates.get(1).begun();
                candidates.get(1).ended();
            }

            assertThat(candidates.get(1).isBanned()).isFalse();
            assertThat(share(1, 1_000)).as("seed " + SEED).isBetween(400, 600);
        }

        @Test
        void bansGrowWithEachFailureAndEndWithTwoAnswers() {
            fail(1, 5);
            for (int seconds = 1; seconds <= 64; seconds *= 2) {
                long ban = TimeUnit.SECONDS.toNanos(Math.min(60, seconds));
                now += ban - 100 * MILLI;
                assertThat(candidates.get(1).health().mayEnter())
                        .as("before %d s", seconds)
                        .isFalse();
                now += 200 * MILLI;
                assertThat(candidates.get(1).health().mayEnter())
                        .as("after %d s", seconds)
                        .isTrue();
                assertThat(candidates.get(1).health().mayEnter()).isTrue();
                assertThat(candidates.get(1).health().mayEnter()).as("a third").isFalse();
                fail(1, 2);
                assertThat(candidates.get(1).isBanned()).isTrue();
            }
            now += TimeUnit.SECONDS.toNanos(61);
            assertThat(candidates.get(1).health().mayEnter()).isTrue();
            assertThat(candidates.get(1).health().mayEnter()).isTrue();
            answer(1, MILLI);
            answer(1, MILLI);
            assertThat(candidates.get(1).isBanned()).isFalse();
            assertThat(candidates.get(1).isRamping()).isTrue();
        }

        @Test
        void theShareOfWhoReturnsGrows() {
            oneByOne(1_000, MILLI, MILLI, MILLI);
            candidates.get(1).returned();

            int first = share(1, 1_000);
            now += TimeUnit.SECONDS.toNanos(5);
            int middle = share(1, 1_000);
            now += TimeUnit.SECONDS.toNanos(5);
            int last = share(1, 1_000);

            assertThat(first).as("seed " + SEED).isBetween(10, 150);
            assertThat(middle).isBetween(250, 430);
            assertThat(last).isBetween(400, 600);
        }

        @Test
        void theLastOneIsNeverBannedWhenNobodyElseIsThere() {
            among(of(away("p"), standby("a", HERE), away("b")), RoutingSettings.DEFAULT);
            fail(1, 50);

            assertThat(candidates.get(1).isBanned()).isTrue();
            assertThat(select(NOTHING_SEEN)).isEqualTo(new Go(1, true, Reason.BALANCED));
        }

        @Test
        void whenAllReplicasAreBannedThePrimaryServes() {
            fail(1, 5);
            fail(2, 5);

            assertThat(node(select(NOTHING_SEEN))).isZero();
        }

        @Test
        void whoHasJustFailedIsLeftOut() {
            assertThat(IntStream.range(0, 100)
                            .map(i -> node(selector.select(ReadConsistency.session(), NOTHING_SEEN, 1))))
                    .containsOnly(2);
        }

        @Test
        void soIsAPrimaryThatShares() {
            among(threeNodes(HERE, HERE), routing(WhenNone.PRIMARY, PrimaryReads.SHARE));

            assertThat(IntStream.range(0, 100)
                            .map(i -> node(selector.select(ReadConsistency.session(), NOTHING_SEEN, 0))))
                    .containsOnly(1, 2);
        }
    }
}

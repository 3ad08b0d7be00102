package dev.sluice.replica.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.r2dbc.session.TransactionSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class VisibilityTest {

    private static final Position SEEN = new Position(1, new Lsn(100));
    private static final Position BEHIND = new Position(1, new Lsn(50));
    private static final Duration MOST = Duration.ofMillis(250);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final FakeProbe primary = new FakeProbe(time);
    private final FakeProbe near = new FakeProbe(time);
    private final FakeProbe far = new FakeProbe(time);
    private final List<List<Long>> asked = new ArrayList<>();
    private Topology topology = topology(FakeMonitor.standby("far", BEHIND));
    private @Nullable Position nearPosition = SEEN;
    private String snapshot = "20:20:";
    private int snapshots;

    private final Visibility visibility = new Visibility(
            new Visibility.Nodes() {
                @Override
                public Topology topology() {
                    return topology;
                }

                @Override
                public @Nullable Position position(int node) {
                    return node == 1 ? nearPosition : BEHIND;
                }

                @Override
                public Probe probe(int node) {
                    return List.of(primary, near, far).get(node);
                }
            },
            time,
            () -> time.now(TimeUnit.NANOSECONDS));

    VisibilityTest() {
        primary.snapshot = () -> {
            snapshots++;
            return Mono.just(new PrimarySnapshot(1, TransactionSnapshot.parse(snapshot)));
        };
        near.committed = this::none;
        far.committed = this::none;
    }

    private static Topology topology(NodeView far) {
        return FakeMonitor.of(FakeMonitor.primary("primary", SEEN), FakeMonitor.standby("near", SEEN), far);
    }

    private Mono<List<Long>> none(List<Long> transactions) {
        asked.add(transactions);
        return Mono.just(List.of());
    }

    private CompletableFuture<Boolean> await(long horizon) {
        return visibility.await(SEEN, horizon, MOST).toFuture();
    }

    private void pass(long millis) {
        time.advanceTimeBy(Duration.ofMillis(millis));
    }

    @Test
    void whatHasEndedOnThePrimaryIsShownAndNobodyElseIsAsked() {
        assertThat(await(20)).isCompletedWithValue(true);

        assertThat(asked).isEmpty();
        assertThat(visibility.isShown(1, 20)).isTrue();
        assertThat(visibility.isShown(1, 21)).isFalse();
        assertThat(visibility.isShown(2, 20)).as("of another timeline").isFalse();

        assertThat(await(15)).isCompletedWithValue(true);
        assertThat(snapshots).as("known already").isEqualTo(1);
    }

    @Test
    void whatRunsOnStandbysTooIsNotWaitedFor() {
        snapshot = "10:20:10,15,18";

        assertThat(await(16)).isCompletedWithValue(true);

        assertThat(asked).containsOnly(List.of(10L, 15L));
    }

    @Test
    void whatAStandbyShowsIsWaitedForAndNothingElse() {
        snapshot = "10:20:10,15";
        near.committed = transactions -> Mono.just(List.of(15L));

        CompletableFuture<Boolean> wait = await(16);
        pass(40);
        assertThat(wait).isNotDone();
        snapshot = "10:20:10";
        pass(2);
        assertThat(wait).isCompletedWithValue(true);
    }

    @Test
    void theYoungestIsNamedAlthoughThePrimaryHasNotCountedIt() {
        near.committed = transactions -> none(transactions).thenReturn(transactions);

        CompletableFuture<Boolean> wait = await(22);
        assertThat(asked).contains(List.of(20L, 21L));
        pass(10);
        snapshot = "20:21:20";
        pass(10);
        assertThat(wait).isNotDone();
        snapshot = "22:22:";
        pass(2);
        assertThat(wait).isCompletedWithValue(true);
    }

    @Test
    void afterAWaitInVainNobodyWaitsForTheSameForASecond() {
        snapshot = "10:20:15";
        near.committed = Mono::just;

        CompletableFuture<Boolean> inVain = await(16);
        pass(249);
        assertThat(inVain).isNotDone();
        pass(1);
        assertThat(inVain).isCompletedWithValue(false);
        assertThat(await(16)).isCompletedWithValue(false);

        snapshot = "10:20:12,15";
        CompletableFuture<Boolean> another = await(16);
        pass(20);
        assertThat(another).as("for another transaction").isNotDone();
        snapshot = "10:20:15";
        pass(2);
        assertThat(another).isCompletedWithValue(false);

        pass(1_000);
        CompletableFuture<Boolean> later = await(16);
        pass(20);
        assertThat(later).isNotDone();
        snapshot = "20:20:";
        pass(2);
        assertThat(later).isCompletedWithValue(true);
    }

    @Test
    void whoHasLittleTimeHasNotWaitedInVain() {
        snapshot = "10:20:15";
        near.committed = Mono::just;

        CompletableFuture<Boolean> hurried =
                visibility.await(SEEN, 16, Duration.ofMillis(5)).toFuture();
        pass(5);
        assertThat(hurried).isCompletedWithValue(false);
        assertThat(await(16)).isNotDone();
    }

    @Test
    void standbysThatAllAnswerKnowTogether() {
        snapshot = "10:20:15";
        nearPosition = null;

        assertThat(await(16)).isCompletedWithValue(true);
        far.committed = Mono::just;
        assertThat(await(16)).isNotDone();
    }

    @Test
    void whereTheStandbyThatHasShownItMayBeSilentAllIsWaitedFor() {
        snapshot = "10:20:15";
        nearPosition = null;
        topology = topology(FakeMonitor.away("far"));

        CompletableFuture<Boolean> wait = await(16);
        pass(20);
        assertThat(wait).isNotDone();
        snapshot = "16:20:18";
        pass(2);
        assertThat(wait).isCompletedWithValue(true);
    }

    @Test
    void oneStandbyThatAnswersAndHasAllIsEnough() {
        snapshot = "10:20:15";
        far.committed = transactions -> Mono.never();

        assertThat(await(16)).isCompletedWithValue(true);
    }

    @Test
    void aPrimaryThatCannotBeAskedEndsTheWait() {
        primary.snapshot = () -> Mono.error(new IllegalStateException("not connected"));
        assertThat(await(16)).isCompletedWithValue(false);

        topology = FakeMonitor.of(FakeMonitor.away("primary"), FakeMonitor.standby("near", SEEN));
        assertThat(await(16)).isCompletedWithValue(false);
    }

    @Test
    void moreThanCanBeNamedAreWaitedForByNumber() {
        CompletableFuture<Boolean> wait = await(2_000);
        pass(20);
        assertThat(wait).isNotDone();
        assertThat(asked).isEmpty();
        snapshot = "2000:2000:";
        pass(2);
        assertThat(wait).isCompletedWithValue(true);
    }

    @Test
    void aQuestionIsAskedOnceForAllWhoWantItsAnswer() {
        Sinks.One<PrimarySnapshot> answer = Sinks.one();
        primary.snapshot = () -> {
            snapshots++;
            return answer.asMono();
        };
        CompletableFuture<Boolean> one = await(20);
        CompletableFuture<Boolean> other = await(19);
        one.cancel(false);
        answer.tryEmitValue(new PrimarySnapshot(1, TransactionSnapshot.parse(snapshot)));

        assertThat(other).isCompletedWithValue(true);
        assertThat(snapshots).isEqualTo(1);
    }

    @Test
    void atMost1024Wait() {
        primary.snapshot = Mono::never;
        for (int i = 0; i < Visibility.MOST_WAITERS; i++) {
            await(20);
        }

        assertThat(await(20)).isCompletedWithValue(false);
        pass(250);
        assertThat(await(20)).isNotDone();
    }
}

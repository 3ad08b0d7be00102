package dev.sluice.replica.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Credentials;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.replica.topology.NodeView.Standing;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The monitor in virtual time, beside nodes that answer as told. */
class DefaultTopologyMonitorTest {

    private static final Duration INTERVAL = Duration.ofMillis(333);
    private static final Credentials LOGIN = new Credentials("probes", "secret");

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Map<String, FakeProbe> probes = new HashMap<>();
    private final Map<String, Consumer<Throwable>> lost = new HashMap<>();
    private DefaultTopologyMonitor monitor;
    private FakeProbe primary;
    private FakeProbe standby;

    @BeforeEach
    void open() {
        monitor = new DefaultTopologyMonitor(
                List.of(new MonitoredNode("primary", "", LOGIN), new MonitoredNode("r1", "", LOGIN)),
                INTERVAL,
                (node, whenLost) -> {
                    lost.put(node.name(), whenLost);
                    return probes.computeIfAbsent(node.name(), name -> new FakeProbe(time));
                },
                time,
                () -> time.now(TimeUnit.NANOSECONDS));
        primary = probes.get("primary");
        standby = probes.get("r1");
        primary.answer = () -> Mono.just(FakeProbe.primary(1, 100));
    }

    @Test
    void nothingIsKnownAndNothingAskedBeforeTheStart() {
        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(primary.asked).isEmpty();
        assertThat(monitor.current().hasPrimary()).isFalse();
        assertThat(monitor.current().problem()).contains("no node has answered yet");
        assertThat(monitor.position(0)).isNull();
    }

    @Test
    void theStartIsDoneWhenEachNodeHasAnsweredOrFailed() {
        standby.answer =
                () -> Mono.<NodeAnswer>error(new IOException("refused")).delaySubscription(Duration.ofSeconds(3), time);
        List<String> done = begin();

        time.advanceTimeBy(Duration.ofMillis(2_999));
        assertThat(done).isEmpty();
        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(done).containsExactly("done");
        assertThat(monitor.current().primaryAnswers()).isTrue();
        assertThat(monitor.current().nodes().get(1).reason()).contains("refused");
    }

    @Test
    void nodesAreAskedAtTheIntervalMoreOrLess() {
        begin();
        time.advanceTimeBy(Duration.ofSeconds(30));

        assertThat(primary.asked.size()).isBetween(80, 101);
        assertThat(gaps(primary.asked)).allSatisfy(gap -> assertThat(gap).isBetween(299L, 367L));
        assertThat(gaps(primary.asked).stream().distinct()).as("jitter").hasSizeGreaterThan(10);
    }

    @Test
    void aNodeThatDoesNotAnswerIsNotAskedTwice() {
        standby.answer = Mono::never;
        begin();
        time.advanceTimeBy(Duration.ofMinutes(1));
        for (int i = 0; i < 100; i++) {
            monitor.trouble(1, new IOException("gone"));
            time.advanceTimeBy(Duration.ofMillis(10));
        }

        assertThat(standby.asked).hasSize(1);
        assertThat(primary.asked).hasSizeGreaterThan(100);
    }

    @Test
    void troubleAsksAllNodesAtOnceAndOftenFor30Seconds() {
        begin();
        time.advanceTimeBy(Duration.ofSeconds(10));
        int before = standby.asked.size();

        monitor.trouble(0, sqlState("25006"));
        time.advanceTimeBy(Duration.ofMillis(20));
        assertThat(standby.asked).hasSize(before + 1);

        time.advanceTimeBy(Duration.ofSeconds(29));
        assertThat(standby.asked.size() - before).isBetween(500, 650);

        time.advanceTimeBy(Duration.ofSeconds(2));
        int calm = standby.asked.size();
        time.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(standby.asked.size() - calm).isBetween(25, 35);
    }

    @Test
    void aThousandTroublesInASecondAreNotAThousandQuestions() {
        begin();
        time.advanceTimeBy(Duration.ofSeconds(1));
        int before = primary.asked.size();

        for (int i = 0; i < 1_000; i++) {
            monitor.trouble(0, new IOException("reset"));
            time.advanceTimeBy(Duration.ofMillis(1));
        }

        assertThat(primary.asked.size() - before).isLessThanOrEqualTo(51);
    }

    @Test
    void aRefusedLoginIsTriedAgainAfterFiveSecondsWhateverHappens() {
        standby.answer = () -> Mono.error(sqlState("28P01"));
        begin();
        for (int i = 0; i < 499; i++) {
            monitor.trouble(1, new IOException("gone"));
            time.advanceTimeBy(Duration.ofMillis(10));
        }
        assertThat(standby.asked).hasSize(1);

        time.advanceTimeBy(Duration.ofMillis(20));
        assertThat(standby.asked).hasSize(2);
    }

    @Test
    void aLostConnectionIsKnownAtOnceAndTheNodeAskedAgain() {
        begin();
        time.advanceTimeBy(Duration.ofSeconds(1));
        int before = standby.asked.size();
        Duration later = Duration.ofMillis(5);
        standby.answer = () -> Mono.just(FakeProbe.standby(1, 100)).delaySubscription(later, time);
        List<Standing> seen = new ArrayList<>();
        monitor.listen(topology -> seen.add(topology.nodes().get(1).standing()));

        lost.get("r1").accept(new IOException("reset"));

        assertThat(seen).containsExactly(Standing.SILENT);
        assertThat(monitor.position(1)).isNull();
        time.advanceTimeBy(Pace.LEAST.plus(later));
        assertThat(standby.asked).hasSize(before + 1);
        assertThat(monitor.position(1)).isEqualTo(at(100));
    }

    @Test
    void aPositionThatSomebodySawRaisesWhatIsKnownAndNothingLowers() {
        begin();
        time.advanceTimeBy(Duration.ofMillis(1));

        monitor.seen(1, at(140));
        monitor.seen(1, at(120));
        time.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(monitor.position(1)).isEqualTo(at(140));
    }

    @Test
    void aPositionIsForgottenWithTheConnectionAndKnownAgainByTheNextAnswerOnly() {
        begin();
        time.advanceTimeBy(Duration.ofSeconds(1));
        standby.answer = Mono::never;
        monitor.trouble(1, sqlState("25006"));
        assertThat(monitor.position(1)).isEqualTo(at(100));

        monitor.trouble(1, sqlState("57P01"));
        monitor.seen(1, at(150));
        assertThat(monitor.position(1)).isNull();
    }

    @Test
    void whoWaitsForAPositionIsToldWhenAPollFindsIt() {
        begin();
        time.advanceTimeBy(Duration.ofMillis(100));
        long[] replayed = {100};
        standby.position = () -> Mono.just(new Lsn(replayed[0] += 10));
        List<Boolean> told = new ArrayList<>();
        monitor.awaitPosition(1, at(130), Duration.ofMillis(50)).subscribe(told::add);
        monitor.awaitPosition(1, at(120), Duration.ofMillis(50)).subscribe(told::add);

        time.advanceTimeBy(Duration.ofMillis(20));

        assertThat(told).containsExactly(true, true);
        assertThat(standby.polled)
                .as("one poll for all, none when nobody waits")
                .hasSize(3);
        assertThat(gaps(standby.polled)).allSatisfy(gap -> assertThat(gap).isGreaterThanOrEqualTo(2));
    }

    @Test
    void whoWaitsIsToldWhenTheTimeIsOver() {
        begin();
        time.advanceTimeBy(Duration.ofMillis(100));
        List<Boolean> told = new ArrayList<>();
        monitor.awaitPosition(1, at(101), Duration.ofMillis(50)).subscribe(told::add);
        monitor.awaitPosition(1, at(101), Duration.ZERO).subscribe(told::add);
        assertThat(told).containsExactly(false);

        time.advanceTimeBy(Duration.ofMillis(50));

        assertThat(told).containsExactly(false, false);
        int polls = standby.polled.size();
        time.advanceTimeBy(Duration.ofMillis(100));
        assertThat(standby.polled).hasSize(polls);
    }

    @Test
    void aPositionThatIsThereOrNeverWillBeIsNotWaitedFor() {
        standby.answer = () -> Mono.just(FakeProbe.standby(2, 100));
        begin();
        time.advanceTimeBy(Duration.ofMillis(1));
        List<Boolean> told = new ArrayList<>();

        monitor.awaitPosition(1, new Position(2, new Lsn(100)), Duration.ofSeconds(1))
                .subscribe(told::add);
        monitor.awaitPosition(1, at(5), Duration.ofSeconds(1)).subscribe(told::add);

        assertThat(told).containsExactly(true, false);
    }

    @Test
    void howManyWaitForAPositionIsBounded() {
        begin();
        time.advanceTimeBy(Duration.ofMillis(1));
        List<Boolean> told = new ArrayList<>();
        for (int i = 0; i <= PositionMark.MOST_WAITERS; i++) {
            monitor.awaitPosition(1, at(200), Duration.ofSeconds(1)).subscribe(told::add);
        }
        assertThat(told).containsExactly(false);

        monitor.seen(1, at(200));
        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(told).hasSize(PositionMark.MOST_WAITERS + 1);
        assertThat(told.subList(1, told.size())).containsOnly(true);
    }

    @Test
    void whoGivesUpWaitingLeavesNothingBehind() {
        begin();
        time.advanceTimeBy(Duration.ofMillis(1));
        for (int i = 0; i <= PositionMark.MOST_WAITERS; i++) {
            monitor.awaitPosition(1, at(200), Duration.ofSeconds(1)).subscribe().dispose();
        }
        int polls = standby.polled.size();
        time.advanceTimeBy(Duration.ofMillis(100));

        assertThat(standby.polled.size() - polls).isLessThanOrEqualTo(1);
    }

    @Test
    void whoWaitsForATopologyGetsTheFirstThatIsWantedOrNothing() {
        List<String> told = new ArrayList<>();
        monitor.await(Topology::hasPrimary, Duration.ZERO)
                .subscribe(topology -> told.add("early"), error -> told.add("error"), () -> told.add("not yet"));
        monitor.await(Topology::hasPrimary, Duration.ofSeconds(1)).subscribe(topology -> told.add("found"));
        monitor.await(topology -> topology.timeline() > 7, Duration.ofSeconds(1))
                .subscribe(topology -> told.add("wrong"), error -> told.add("error"), () -> told.add("over"));
        begin();

        time.advanceTimeBy(Duration.ofMillis(999));
        assertThat(told).containsExactly("not yet", "found");
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(told).containsExactly("not yet", "found", "over");
    }

    @Test
    void closingEndsAllQuestionsAndAllWaits() {
        begin();
        time.advanceTimeBy(Duration.ofSeconds(1));
        List<String> told = new ArrayList<>();
        monitor.await(topology -> false, Duration.ofHours(1))
                .subscribe(topology -> told.add("wrong"), error -> told.add("error"), () -> told.add("closed"));
        monitor.awaitPosition(1, at(200), Duration.ofHours(1)).subscribe(reached -> told.add("reached " + reached));

        monitor.close().subscribe();
        time.advanceTimeBy(Duration.ofMillis(1));
        int asked = primary.asked.size();
        monitor.trouble(0, new IOException("gone"));
        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(told).containsExactlyInAnyOrder("closed", "reached false");
        assertThat(primary.asked).hasSize(asked);
        assertThat(primary.closed && standby.closed).isTrue();
    }

    private List<String> begin() {
        List<String> done = new ArrayList<>();
        monitor.start().subscribe(nothing -> {}, error -> done.add("error"), () -> done.add("done"));
        return done;
    }

    private static Position at(long lsn) {
        return new Position(1, new Lsn(lsn));
    }

    private static Throwable sqlState(String code) {
        return new R2dbcNonTransientResourceException("trouble", code);
    }

    private static List<Long> gaps(List<Long> times) {
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < times.size(); i++) {
            gaps.add(times.get(i) - times.get(i - 1));
        }
        return gaps;
    }
}

package dev.sluice.reference.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** In virtual time: one second is one look. */
class DashboardFeedTest {

    private static final Duration VIEW = Duration.ofMinutes(10);

    private final AtomicInteger looks = new AtomicInteger();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final DashboardFeed feed = new DashboardFeed(
            Mono.fromSupplier(() -> Integer.toString(looks.incrementAndGet())),
            new DashboardProperties(Duration.ofSeconds(1), 2, VIEW),
            time);

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    private TestSubscriber<String> watch() {
        return watch(Long.MAX_VALUE);
    }

    private TestSubscriber<String> watch(long demand) {
        TestSubscriber<String> viewer =
                TestSubscriber.builder().initialRequest(demand).build();
        feed.view().subscribe(viewer);
        return viewer;
    }

    @Test
    void itLooksOnceForAllViewersAndShowsNewcomersTheLastAtOnce() {
        TestSubscriber<String> first = watch();
        time.advanceTimeBy(Duration.ofSeconds(3));
        TestSubscriber<String> second = watch();
        assertThat(second.getReceivedOnNext()).containsExactly("4");

        time.advanceTimeBy(Duration.ofSeconds(2));

        assertThat(looks).hasValue(6);
        assertThat(first.getReceivedOnNext()).containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(second.getReceivedOnNext()).containsExactly("4", "5", "6");
    }

    @Test
    void itDoesNotLookWhileNobodyWatches() {
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(looks).hasValue(0);
        TestSubscriber<String> viewer = watch();
        time.advanceTimeBy(Duration.ofSeconds(2));
        viewer.cancel();
        time.advanceTimeBy(Duration.ofMinutes(5));
        int before = looks.get();
        assertThat(before).as("one more for who may come back at once").isBetween(3, 4);

        assertThat(watch().getReceivedOnNext())
                .as("not the last of those before")
                .containsExactly("" + (before + 1));
    }

    @Test
    void aViewerWhoLeavesAtOnceLeavesNothingBehind() {
        feed.view().subscribe(new BaseSubscriber<String>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                cancel();
            }
        });

        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(looks.get()).isLessThanOrEqualTo(2);
        watch();
        assertThat(watch().isTerminatedOrCancelled()).as("both places are free").isFalse();
    }

    @Test
    void whoIsTooFarBehindIsLetGoAndTheOthersNoticeNothing() {
        TestSubscriber<String> slow = watch(1);
        TestSubscriber<String> quick = watch();

        time.advanceTimeBy(Duration.ofSeconds(DashboardFeed.MOST_BEHIND - 1));
        assertThat(slow.isTerminatedOrCancelled()).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(3));

        assertThat(slow.isTerminatedComplete()).isTrue();
        assertThat(quick.isTerminatedOrCancelled()).isFalse();
        assertThat(quick.getReceivedOnNext()).hasSize(looks.get());
        assertThat(watch().isTerminatedOrCancelled()).as("its place is free").isFalse();
    }

    @Test
    void noMoreMayWatchThanThereArePlaces() {
        Disposable one = watch()::cancel;
        watch();
        StepVerifier.create(feed.view()).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(TooManyViewersException.class)
                .hasMessageContaining("limit 2, reference.dashboard.max-viewers"));

        one.dispose();

        assertThat(watch().isTerminatedOrCancelled()).isFalse();
    }

    @Test
    void afterAWhileAViewerHasToComeBack() {
        TestSubscriber<String> viewer = watch();
        time.advanceTimeBy(VIEW.minusSeconds(1));
        assertThat(viewer.isTerminatedOrCancelled()).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(viewer.isTerminatedComplete()).isTrue();
    }

    @Test
    void streamsEndWhenTheServiceStops() {
        feed.start();
        TestSubscriber<String> viewer = watch();

        feed.stop();

        assertThat(viewer.isTerminatedComplete()).isTrue();
        assertThat(watch().isTerminatedComplete()).isTrue();
        assertThat(feed.isRunning()).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(looks.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void aLookThatFailsIsLeftOut() {
        AtomicInteger tries = new AtomicInteger();
        DashboardFeed failing = new DashboardFeed(
                Mono.defer(() -> tries.incrementAndGet() == 2
                        ? Mono.error(new IllegalStateException("no state"))
                        : Mono.just("state " + tries)),
                new DashboardProperties(Duration.ofSeconds(1), 1, VIEW),
                time);
        TestSubscriber<String> viewer = TestSubscriber.create();
        failing.view().subscribe(viewer);

        time.advanceTimeBy(Duration.ofSeconds(2));

        assertThat(viewer.getReceivedOnNext()).containsExactly("state 1", "state 3");
    }
}

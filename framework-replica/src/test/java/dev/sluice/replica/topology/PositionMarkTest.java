package dev.sluice.replica.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class PositionMarkTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int LAST = 2_000;
    private static final int RAISERS = 4;

    private final PositionMark mark = new PositionMark(Schedulers.parallel());

    @Test
    void nobodyWhoWaitsWhilePositionsAreRaisedIsForgotten() throws InterruptedException {
        mark.found(at(0));
        ExecutorService raisers = Executors.newFixedThreadPool(RAISERS);
        CountDownLatch begin = new CountDownLatch(1);
        try {
            for (int i = 0; i < RAISERS; i++) {
                raisers.execute(() -> raiseAll(begin));
            }
            // No more at once than may wait; whoever was forgotten would be told false when the time is over.
            Mono<List<Boolean>> all = Flux.fromStream(
                            LongStream.rangeClosed(1, LAST).boxed())
                    .flatMap(wanted -> mark.await(at(wanted), SOON, () -> {}), PositionMark.MOST_WAITERS / 2)
                    .doOnSubscribe(subscribed -> begin.countDown())
                    .collectList();

            assertThat(all.block(SOON.multipliedBy(2))).hasSize(LAST).containsOnly(true);
            assertThat(mark.get()).isEqualTo(at(LAST));
            Await.until(SOON, () -> !mark.isAwaited(), "nobody waits any more");
        } finally {
            raisers.shutdownNow();
            assertThat(raisers.awaitTermination(SOON.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    private void raiseAll(CountDownLatch begin) {
        try {
            begin.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        for (long lsn = 1; lsn <= LAST; lsn++) {
            mark.raise(at(lsn));
            Thread.yield();
        }
    }

    @Test
    void whatIsForgottenIsRaisedByAProbeOnly() {
        mark.found(at(10));
        mark.forget();
        mark.raise(at(20));
        mark.raise(new Lsn(20));
        assertThat(mark.get()).isNull();

        mark.found(at(5));
        assertThat(mark.get()).as("of a server that was started again").isEqualTo(at(5));
    }

    @Test
    void waitsAreBoundedInTimeAndNumber() {
        mark.found(at(0));
        assertThat(mark.await(at(1), Duration.ofMillis(20), () -> {}).block(SOON))
                .isFalse();

        List<CompletableFuture<Boolean>> waiting = LongStream.range(0, PositionMark.MOST_WAITERS)
                .mapToObj(i -> mark.await(at(1), SOON, () -> {}).toFuture())
                .toList();
        assertThat(waiting).as("while there is time").noneMatch(CompletableFuture::isDone);
        CompletableFuture<Boolean> oneTooMany =
                mark.await(at(1), SOON, () -> {}).toFuture();
        assertThat(oneTooMany).isCompletedWithValue(false);

        waiting.get(0).cancel(true);
        CompletableFuture<Boolean> next = mark.await(at(1), SOON, () -> {}).toFuture();
        mark.raise(at(1));
        assertThat(next).succeedsWithin(SOON).isEqualTo(true);
    }

    private static Position at(long lsn) {
        return new Position(1, new Lsn(lsn));
    }
}

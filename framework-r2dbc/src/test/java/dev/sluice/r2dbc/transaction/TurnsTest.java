package dev.sluice.r2dbc.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class TurnsTest {

    private static final Duration MOST = Duration.ofSeconds(20);

    @Test
    void callsGoOneAfterAnotherInTheOrderTheyCame() {
        Turns turns = new Turns(10, Mono.never());
        Sinks.Empty<Void> first = Sinks.empty();
        List<String> order = new ArrayList<>();
        inTurn(turns, () -> first.asMono().doOnSubscribe(s -> order.add("first")))
                .subscribe();
        inTurn(turns, () -> Mono.fromRunnable(() -> order.add("second"))).subscribe();
        inTurn(turns, () -> Mono.fromRunnable(() -> order.add("third"))).subscribe();

        assertThat(order).containsExactly("first");
        first.tryEmitEmpty();
        assertThat(order).containsExactly("first", "second", "third");
    }

    @Test
    void aCallMadeWhileTheResultOfAnotherIsEmittedRunsAfterIt() {
        Turns turns = new Turns(10, Mono.never());

        assertThat(inTurn(turns, () -> Mono.just(1))
                        .flatMap(one -> inTurn(turns, () -> Mono.just(one + 1)))
                        .block(MOST))
                .isEqualTo(2);
    }

    @Test
    void aCancelledWaiterGivesItsPlaceToTheNext() {
        Turns turns = new Turns(10, Mono.never());
        Turns.Turn running = turns.take();
        Disposable cancelled = inTurn(turns, () -> Mono.error(new AssertionError("must not run")))
                .subscribe();
        Mono<String> next = inTurn(turns, () -> Mono.just("next")).cache();
        next.subscribe();

        cancelled.dispose();
        running.end();

        assertThat(next.block(MOST)).isEqualTo("next");
    }

    @Test
    void aFailedCallPassesTheTurnOn() {
        Turns turns = new Turns(10, Mono.never());
        Mono<String> failing = inTurn(turns, () -> {
            throw new IllegalStateException("no");
        });

        assertThatThrownBy(() -> failing.block(MOST)).hasMessage("no");
        assertThat(inTurn(turns, () -> Mono.just("next")).block(MOST)).isEqualTo("next");
    }

    @Test
    void tooManyWaitersAreToldTheLimit() {
        Turns turns = new Turns(1, Mono.never());
        turns.take();
        turns.take();

        assertThatThrownBy(() -> inTurn(turns, Mono::empty).block(MOST))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("limit 1");
    }

    /** P3: whoever is cancelled while being granted must pass the turn on, and two never have it at once. */
    @Test
    void randomCancelsNeitherLoseNorDoubleATurn() {
        long seed = System.nanoTime();
        System.out.println("TurnsTest seed " + seed);
        Random random = new Random(seed);
        Turns turns = new Turns(100_000, Mono.never());
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        Flux.range(0, 20_000)
                .flatMap(
                        i -> {
                            int micros = random.nextInt(200);
                            Uncancellable work = new Uncancellable(() -> {
                                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                                running.decrementAndGet();
                            });
                            return turns.inTurn(() -> Mono.<Integer>fromRunnable(work), work::ended)
                                    .subscribeOn(Schedulers.parallel())
                                    .timeout(Duration.ofNanos(micros * 1_000L), Mono.empty());
                        },
                        64)
                .blockLast(MOST);

        assertThat(most).hasValue(1);
        assertThat(inTurn(turns, () -> Mono.just("free")).block(MOST)).isEqualTo("free");
    }

    private static <T> Mono<T> inTurn(Turns turns, Supplier<Mono<T>> work) {
        return turns.inTurn(work, Mono::empty);
    }

    /** Runs on after a cancel, as a statement does in the server, unless the cancel came before its start. */
    private static final class Uncancellable implements Runnable {

        private final AtomicBoolean claimed = new AtomicBoolean();
        private final Sinks.Empty<Void> ended = Sinks.empty();
        private final Runnable work;

        Uncancellable(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            if (claimed.compareAndSet(false, true)) {
                work.run();
                ended.tryEmitEmpty();
            }
        }

        Mono<Void> ended() {
            return claimed.compareAndSet(false, true) ? Mono.empty() : ended.asMono();
        }
    }
}

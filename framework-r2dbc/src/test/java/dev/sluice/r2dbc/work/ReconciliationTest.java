package dev.sluice.r2dbc.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.transaction.TransactionHandle;
import dev.sluice.work.Fence;
import dev.sluice.work.LeaseLostException;
import dev.sluice.work.Reconciliation;
import dev.sluice.work.ReconciliationReport;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class ReconciliationTest {

    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration SOON = Duration.ofMillis(1);

    private final Reconciliation reconciliation = new DefaultReconciliation();

    @Test
    void whatNeedsNothingCausesNoAction() {
        Set<Integer> done = ConcurrentHashMap.newKeySet();

        ReconciliationReport<Integer> report = reconciliation
                .candidates(() -> Flux.range(0, 1_000))
                .decide(i -> i % 50 == 0 ? Optional.of(i) : Optional.empty())
                .act(i -> Mono.fromRunnable(() -> done.add(i)))
                .cycle()
                .block(WAIT);

        assertThat(report).isEqualTo(new ReconciliationReport<>(1_000, 20, 20, java.util.List.of()));
        assertThat(done).hasSize(20).allMatch(i -> i % 50 == 0);
    }

    @Test
    void decisionsAreMadeOnProcessorThreadsAndFewActAtOnce() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        reconciliation
                .candidates(() -> Flux.range(0, 100))
                .decide(i -> {
                    threads.add(Thread.currentThread().getName());
                    return Optional.of(i);
                })
                .act(i -> Mono.defer(() -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    return Mono.delay(SOON).doOnTerminate(now::decrementAndGet);
                }))
                .atOnce(3)
                .cycle()
                .block(WAIT);

        assertThat(threads).allMatch(name -> name.startsWith("parallel"));
        assertThat(most).hasValueBetween(1, 3);
    }

    @Test
    void anErrorIsRepeatedAndThenItsOwn() {
        AtomicInteger tries = new AtomicInteger();

        ReconciliationReport<Integer> report = reconciliation
                .candidates(() -> Flux.range(0, 10))
                .decide(Optional::of)
                .act(i -> switch (i) {
                    case 3 -> Mono.error(new IllegalStateException("try " + tries.incrementAndGet()));
                    case 4 -> tries.get() < 1 ? Mono.error(new IllegalStateException("not yet")) : Mono.just(i);
                    default -> Mono.just(i);
                })
                .retry(3, SOON)
                .cycle()
                .block(WAIT);

        assertThat(report).isNotNull();
        assertThat(report.done()).isEqualTo(9);
        assertThat(report.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.action()).isEqualTo(3);
            assertThat(failure.error()).hasMessage("try 4");
        });
    }

    @Test
    void aLostLeaseEndsTheCycleAtOnce() {
        AtomicInteger actions = new AtomicInteger();
        LeaseLostException lost = new LeaseLostException(new Fence("prebuild", 1), null);

        assertThatThrownBy(() -> reconciliation
                        .candidates(() -> Flux.range(0, 10))
                        .decide(Optional::of)
                        .act(i -> Mono.defer(() -> {
                            actions.incrementAndGet();
                            return Mono.error(lost);
                        }))
                        .atOnce(1)
                        .cycle()
                        .block(WAIT))
                .isSameAs(lost);
        assertThat(actions).hasValue(1);
    }

    @Test
    void insideATransactionItIsRefused() {
        Object handle = Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {TransactionHandle.class}, (p, m, a) -> null);

        assertThatThrownBy(() -> reconciliation
                        .candidates(Flux::empty)
                        .decide(Optional::of)
                        .act(i -> Mono.empty())
                        .cycle()
                        .contextWrite(context -> context.put(TransactionHandle.KEY, handle))
                        .block(WAIT))
                .hasMessageContaining("reconciliation inside a transaction");
    }
}

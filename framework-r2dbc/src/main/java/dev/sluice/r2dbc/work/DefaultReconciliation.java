package dev.sluice.r2dbc.work;

import dev.sluice.work.LeaseLostException;
import dev.sluice.work.Reconciliation;
import dev.sluice.work.ReconciliationReport;
import dev.sluice.work.ReconciliationReport.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** Reads whole, decides on processor threads, acts with few at once. */
public final class DefaultReconciliation implements Reconciliation {

    /** Makes the only one that is needed: it has no state. */
    public DefaultReconciliation() {}

    @Override
    public <C> Deciding<C> candidates(Supplier<? extends Publisher<C>> query) {
        return new Deciding<>() {
            @Override
            public <A> Acting<A> decide(Function<? super C, Optional<A>> decision) {
                return action -> new Loop<>(query, decision, action, 2, 3, Duration.ofMillis(100));
            }
        };
    }

    private record Loop<C, A>(
            Supplier<? extends Publisher<C>> query,
            Function<? super C, Optional<A>> decision,
            Function<? super A, ? extends Mono<?>> action,
            int most,
            int retries,
            Duration firstBackoff)
            implements Cycle<A> {

        @Override
        public Cycle<A> atOnce(int actions) {
            require(actions >= 1, "actions at once", actions, ">= 1");
            return new Loop<>(query, decision, action, actions, retries, firstBackoff);
        }

        @Override
        public Cycle<A> retry(int times, Duration first) {
            require(times >= 0, "retries", times, ">= 0");
            require(!first.isNegative(), "first backoff", first, ">= 0");
            return new Loop<>(query, decision, action, most, times, first);
        }

        @Override
        public Mono<ReconciliationReport<A>> cycle() {
            return Outside.ofTransactions("reconciliation", Mono.defer(() -> Flux.from(query.get())
                    .collectList()
                    .flatMap(candidates -> decide(candidates).flatMap(actions -> act(actions)
                            .map(failures -> new ReconciliationReport<>(
                                    candidates.size(), actions.size(), actions.size() - failures.size(), failures))))));
        }

        private Mono<List<A>> decide(List<C> candidates) {
            return Flux.fromIterable(candidates)
                    .parallel()
                    .runOn(Schedulers.parallel())
                    .<A>concatMap(candidate -> Mono.justOrEmpty(decision.apply(candidate)))
                    .sequential()
                    .collectList();
        }

        private Mono<List<Failure<A>>> act(List<A> actions) {
            return Flux.fromIterable(actions).flatMap(this::actOn, most).collectList();
        }

        /** Empty if it succeeded. */
        private Mono<Failure<A>> actOn(A what) {
            return Mono.<Object>defer(() -> action.apply(what))
                    .retryWhen(Retry.backoff(retries, firstBackoff)
                            .filter(error -> !(error instanceof LeaseLostException))
                            .onRetryExhaustedThrow((retry, last) -> last.failure()))
                    .then(Mono.<Failure<A>>empty())
                    .onErrorResume(
                            error -> !(error instanceof LeaseLostException),
                            error -> Mono.just(new Failure<>(what, error)));
        }
    }

    private static void require(boolean holds, String what, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "reconciliation: %s: %s (expected: %s)".formatted(what, value, expected));
        }
    }
}

package dev.sluice.r2dbc.work;

import dev.sluice.Sluice;
import dev.sluice.repository.VersionConflictException;
import dev.sluice.work.LeaseLostException;
import dev.sluice.work.Phases;
import dev.sluice.work.PhasesReport;
import dev.sluice.work.PhasesReport.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Phases over the transactions of a {@link Sluice}. */
public final class DefaultPhases implements Phases {

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    private final Sluice sluice;

    /** @param sluice begins the transactions */
    public DefaultPhases(Sluice sluice) {
        this.sluice = sluice;
    }

    @Override
    public <C> Reading<C> read(Supplier<? extends Publisher<C>> candidates) {
        return new Reading<>() {
            @Override
            public <R> Calling<C, R> call(Function<? super C, ? extends Mono<R>> io) {
                return new Calls<>(sluice, candidates, io, 8, CALL_TIMEOUT);
            }
        };
    }

    private record Calls<C, R>(
            Sluice sluice,
            Supplier<? extends Publisher<C>> candidates,
            Function<? super C, ? extends Mono<R>> io,
            int most,
            Duration timeout)
            implements Calling<C, R> {

        @Override
        public Calling<C, R> atOnce(int calls, Duration callTimeout) {
            requireAtLeastOne("calls at once", calls);
            return new Calls<>(sluice, candidates, io, calls, callTimeout);
        }

        @Override
        public Writing<C> write(BiFunction<? super C, ? super R, ? extends Mono<Long>> write) {
            return new Batch<>(this, write, null, 20);
        }

        /** Never empty for a candidate that has something to write, never an error but a lost lease. */
        private Mono<Outcome<C>> ask(
                C candidate,
                BiFunction<? super C, ? super R, ? extends Mono<Long>> write,
                @Nullable BiFunction<? super C, ? super Throwable, ? extends Mono<Long>> onFailure) {
            return Mono.<R>defer(() -> io.apply(candidate))
                    .timeout(timeout, Mono.error(() -> new TimeoutException("no answer within " + timeout)))
                    .map(answer -> new Outcome<>(candidate, null, () -> write.apply(candidate, answer)))
                    .onErrorResume(
                            error -> !(error instanceof LeaseLostException),
                            error -> Mono.just(Outcome.failed(candidate, error, onFailure)));
        }
    }

    /** What is to be written for a candidate; null is nothing. */
    private record Outcome<C>(
            C candidate,
            @Nullable Throwable error,
            @Nullable Supplier<? extends Mono<Long>> write) {

        static <C> Outcome<C> failed(
                C candidate,
                Throwable error,
                @Nullable BiFunction<? super C, ? super Throwable, ? extends Mono<Long>> onFailure) {
            return new Outcome<>(candidate, error, onFailure == null ? null : () -> onFailure.apply(candidate, error));
        }

        Mono<Result<C>> written() {
            return Mono.<Long>defer(() -> write == null ? Mono.just(0L) : write.get())
                    .defaultIfEmpty(0L)
                    .onErrorResume(VersionConflictException.class, conflict -> Mono.just(0L))
                    .map(rows -> new Result<>(rows, error == null ? null : new Failure<>(candidate, error)));
        }
    }

    private record Result<C>(long rows, @Nullable Failure<C> failure) {}

    private record Batch<C, R>(
            Calls<C, R> calls,
            BiFunction<? super C, ? super R, ? extends Mono<Long>> write,
            @Nullable BiFunction<? super C, ? super Throwable, ? extends Mono<Long>> failureWrite,
            int items)
            implements Writing<C> {

        @Override
        public Writing<C> perTransaction(int most) {
            requireAtLeastOne("items per transaction", most);
            return new Batch<>(calls, write, failureWrite, most);
        }

        @Override
        public Writing<C> onFailure(BiFunction<? super C, ? super Throwable, ? extends Mono<Long>> other) {
            return new Batch<>(calls, write, other, items);
        }

        @Override
        public Mono<PhasesReport<C>> run() {
            return Outside.ofTransactions("phases", Mono.defer(this::runOutside));
        }

        private Mono<PhasesReport<C>> runOutside() {
            return calls.sluice()
                    .inTransaction(() -> Flux.from(calls.candidates().get()).collectList())
                    .flatMap(candidates -> Flux.fromIterable(candidates)
                            .flatMap(candidate -> calls.ask(candidate, write, failureWrite), calls.most())
                            .buffer(items)
                            .concatMap(this::store)
                            .concatMapIterable(results -> results)
                            .collectList()
                            .map(results -> report(candidates.size(), results)));
        }

        private Mono<List<Result<C>>> store(List<Outcome<C>> outcomes) {
            return together(outcomes)
                    .onErrorResume(
                            error -> !(error instanceof LeaseLostException) && outcomes.size() > 1,
                            error -> Flux.fromIterable(outcomes)
                                    .concatMap(this::alone)
                                    .collectList())
                    .onErrorResume(
                            error -> !(error instanceof LeaseLostException),
                            error -> Mono.just(List.of(failed(outcomes.get(0), error))));
        }

        private Mono<List<Result<C>>> together(List<Outcome<C>> outcomes) {
            return calls.sluice().inTransaction(() -> Flux.fromIterable(outcomes)
                    .concatMap(Outcome::written)
                    .collectList());
        }

        /** One that cannot be written keeps no other from it. */
        private Mono<Result<C>> alone(Outcome<C> outcome) {
            return calls.sluice()
                    .inTransaction(outcome::written)
                    .onErrorResume(
                            error -> !(error instanceof LeaseLostException),
                            error -> Mono.just(failed(outcome, error)));
        }

        private static <C> Result<C> failed(Outcome<C> outcome, Throwable error) {
            Throwable first = outcome.error();
            if (first != null) {
                first.addSuppressed(error);
            }
            return new Result<>(0, new Failure<>(outcome.candidate(), first != null ? first : error));
        }

        private static <C> PhasesReport<C> report(int read, List<Result<C>> results) {
            int written = 0;
            int changed = 0;
            List<Failure<C>> failures = new ArrayList<>();
            for (Result<C> result : results) {
                if (result.failure() != null) {
                    failures.add(result.failure());
                } else if (result.rows() > 0) {
                    written++;
                } else {
                    changed++;
                }
            }
            return new PhasesReport<>(read, written, changed, failures);
        }
    }

    private static void requireAtLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("phases: %s: %d (expected: >= 1)".formatted(what, value));
        }
    }
}

package dev.sluice.benchmarks.cache;

import dev.sluice.benchmarks.load.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Ways of reading, in rounds whose order rotates. Closed loop, begun on threads of its own: a way that answers at once keeps as many
 * threads busy as there are cores, any other as many calls under way as there are callers. Not thread-safe.
 */
final class HotReads {

    private final int callers;
    private final Duration slice;
    private final List<Way> ways = new ArrayList<>();

    /** Not those of Reactor: the cache's timers run there, and a caller that is always answered at once never leaves its thread. */
    private final Scheduler threads =
            Schedulers.newParallel("callers", Runtime.getRuntime().availableProcessors(), true);

    HotReads(int callers, Duration slice) {
        this.callers = callers;
        this.slice = slice;
    }

    /** The first is what the others are compared with. */
    HotReads way(String name, Supplier<? extends Mono<?>> call) {
        ways.add(new Way(name, call, new ArrayList<>()));
        return this;
    }

    void run(int rounds, Duration warmup, Report report) {
        List<Way> order = new ArrayList<>(ways);
        long warm = System.nanoTime() + warmup.toNanos();
        while (System.nanoTime() < warm) {
            order.forEach(this::measure);
        }
        for (int round = 0; round < rounds; round++) {
            Collections.rotate(order, 1);
            order.forEach(way -> way.perSecond().add(measure(way)));
        }
        report.columns("way", "reads/s, median", "ratio, median", "least ratio");
        List<Double> base = ways.get(0).perSecond();
        for (Way way : ways) {
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                ratios.add(way.perSecond().get(round) / base.get(round));
            }
            report.row(way.name(), median(way.perSecond()), median(ratios), Collections.min(ratios));
        }
    }

    private double measure(Way way) {
        AtomicBoolean stop = new AtomicBoolean();
        LongAdder done = new LongAdder();
        long begun = System.nanoTime();
        Mono<Void> loops = Flux.range(0, callers)
                .flatMap(
                        caller -> Mono.defer(() -> way.call().get().doOnSuccess(answer -> {
                                    if (answer == null) {
                                        throw new IllegalStateException(way.name() + ": no such row");
                                    }
                                    done.increment();
                                }))
                                .then()
                                .repeat(() -> !stop.get())
                                .subscribeOn(threads),
                        callers)
                .then();
        Mono.delay(slice, Schedulers.boundedElastic())
                .doOnNext(tick -> stop.set(true))
                .then()
                .and(loops)
                .block(slice.plus(ForecastDatabase.PATIENCE));
        return done.sum() * 1e9 / (System.nanoTime() - begun);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private record Way(String name, Supplier<? extends Mono<?>> call, List<Double> perSecond) {}
}

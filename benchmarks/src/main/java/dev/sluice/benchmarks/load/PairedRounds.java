package dev.sluice.benchmarks.load;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Compares ways of doing one call in one warm run. Each round runs every way for a slice, in an order that
 * rotates, so that drift hits all alike; the baseline runs twice, under two names, and how far that pair is
 * from 1 tells what the comparison can see. Closed loop: so many callers, each of whom begins his next call
 * when the last has ended.
 */
public final class PairedRounds {

    private final int callers;
    private final int rounds;
    private final Duration slice;
    private final Duration warmup;
    private final List<Way> ways = new ArrayList<>();
    private final Scheduler threads;

    /**
     * @param callers how many call at once
     * @param rounds how many pairs
     * @param slice how long a way runs in each round
     * @param warmup how long all ways run before, in turn
     * @param baseline name of the way that the others are compared with
     * @param call begins one call of it; asked for each call anew
     */
    public PairedRounds(
            int callers,
            int rounds,
            Duration slice,
            Duration warmup,
            String baseline,
            Supplier<? extends Publisher<?>> call) {
        this.callers = callers;
        this.rounds = rounds;
        this.slice = slice;
        this.warmup = warmup;
        this.threads = Schedulers.newBoundedElastic(callers, callers, "caller");
        ways.add(new Way(baseline, call, false, new ArrayList<>()));
        ways.add(new Way("baseline again (A/A)", call, false, new ArrayList<>()));
    }

    /**
     * Adds a way of doing the call.
     *
     * @param name its name in the table
     * @param call begins one call; asked for each call anew
     * @return this
     */
    public PairedRounds way(String name, Supplier<? extends Publisher<?>> call) {
        ways.add(new Way(name, call, false, new ArrayList<>()));
        return this;
    }

    /**
     * Adds a way whose calls hold their thread: each caller has a platform thread of his own.
     *
     * @param name its name in the table
     * @param call begins one call; asked for each call anew
     * @return this
     */
    public PairedRounds blockingWay(String name, Supplier<? extends Publisher<?>> call) {
        ways.add(new Way(name, call, true, new ArrayList<>()));
        return this;
    }

    /** Runs all rounds. Takes the warm-up and rounds × ways × slice. */
    public String run() {
        List<Way> order = new ArrayList<>(ways);
        long warm = System.nanoTime() + warmup.toNanos();
        while (System.nanoTime() < warm) {
            order.forEach(way -> measure(way, slice));
        }
        for (int round = 0; round < rounds; round++) {
            Collections.rotate(order, 1);
            order.forEach(way -> way.samples().add(measure(way, slice)));
        }
        threads.dispose();
        return table();
    }

    private Sample measure(Way way, Duration length) {
        AtomicBoolean stop = new AtomicBoolean();
        LongAdder done = new LongAdder();
        LongAdder failed = new LongAdder();
        Usage before = Usage.now();
        Mono<Void> end = Mono.delay(length).doOnNext(x -> stop.set(true)).then();
        Flux.range(0, callers)
                .flatMap(caller -> caller(way, stop, done, failed), callers)
                .mergeWith(end.then(Mono.empty()))
                .blockLast(length.plusSeconds(30));
        Usage used = Usage.now().since(before);
        if (failed.sum() > 0) {
            throw new IllegalStateException(way.name() + ": " + failed.sum() + " calls failed");
        }
        return new Sample(done.sum(), used);
    }

    private Mono<Void> caller(Way way, AtomicBoolean stop, LongAdder done, LongAdder failed) {
        Mono<Void> loop = loop(way.call(), stop, done, failed);
        return way.blocking() ? loop.subscribeOn(threads) : loop;
    }

    private static Mono<Void> loop(
            Supplier<? extends Publisher<?>> call, AtomicBoolean stop, LongAdder done, LongAdder failed) {
        return Mono.defer(() -> Flux.from(call.get()).then())
                .doOnSuccess(x -> done.increment())
                .onErrorResume(e -> {
                    failed.increment();
                    return Mono.empty();
                })
                .repeat(() -> !stop.get())
                .then();
    }

    private String table() {
        double noise = halfWidth(ratios(ways.get(1)));
        StringBuilder out = new StringBuilder();
        out.append("| way | calls/s | ratio, median | lower 95 % bound | less A/A half-width (")
                .append(String.format(Locale.ROOT, "%.3f", noise))
                .append(") | CPU-µs/call | bytes/call |\n|---|---|---|---|---|---|---|\n");
        ways.forEach(way -> out.append(row(way, noise)));
        return out.toString();
    }

    private String row(Way way, double noise) {
        List<Double> ratios = ratios(way);
        double lower = mean(ratios) - halfWidth(ratios);
        return String.format(
                Locale.ROOT,
                "| %s | %.0f | %.3f | %.3f | %.3f | %.1f | %.0f |%n",
                way.name(),
                median(way.samples().stream().map(Sample::perSecond).toList()),
                median(ratios),
                lower,
                lower - noise,
                median(way.samples().stream().map(Sample::cpuMicros).toList()),
                median(way.samples().stream().map(Sample::bytes).toList()));
    }

    private List<Double> ratios(Way way) {
        List<Sample> base = ways.get(0).samples();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < base.size(); round++) {
            ratios.add(way.samples().get(round).perSecond() / base.get(round).perSecond());
        }
        return ratios;
    }

    // Student's t for 95 %, two-sided; 20 rounds are 19 degrees of freedom.
    private static double halfWidth(List<Double> values) {
        int n = values.size();
        if (n < 2) {
            return Double.NaN;
        }
        double mean = mean(values);
        double variance =
                values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum() / (n - 1);
        return (n >= 20 ? 2.093 : 2.5) * Math.sqrt(variance / n);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int n = sorted.size();
        return n == 0 ? Double.NaN : (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
    }

    private record Way(String name, Supplier<? extends Publisher<?>> call, boolean blocking, List<Sample> samples) {}

    private record Sample(long calls, Usage used) {

        double perSecond() {
            return calls * 1e9 / used.wallNanos();
        }

        double cpuMicros() {
            return used.cpuNanos() / 1e3 / calls;
        }

        double bytes() {
            return (double) used.bytes() / calls;
        }
    }

    private record Usage(long wallNanos, long cpuNanos, long bytes) {

        private static final OperatingSystemMXBean SYSTEM =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        static Usage now() {
            long allocated = 0;
            for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
                allocated += Math.max(0, bytes);
            }
            return new Usage(System.nanoTime(), SYSTEM.getProcessCpuTime(), allocated);
        }

        Usage since(Usage earlier) {
            return new Usage(wallNanos - earlier.wallNanos, cpuNanos - earlier.cpuNanos, bytes - earlier.bytes);
        }
    }
}

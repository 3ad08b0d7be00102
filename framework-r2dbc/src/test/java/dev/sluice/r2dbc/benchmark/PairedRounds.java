package dev.sluice.r2dbc.benchmark;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Compares ways of doing one call in one warm run. Each round runs every way for a slice, in an order that
 * rotates, so that drift hits all alike; the baseline runs twice, under two names, and how far that pair is
 * from 1 tells what the comparison can see. Closed loop: so many callers, each of whom begins his next call
 * when the last has ended.
 */
final class PairedRounds {

    private static final String SAME_AGAIN = "baseline again (A/A)";

    private final int callers;
    private final int rounds;
    private final Duration slice;
    private final Duration warmup;
    private final Map<String, Supplier<? extends Publisher<?>>> ways = new LinkedHashMap<>();
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();
    private final String baseline;

    PairedRounds(
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
        this.baseline = baseline;
        way(baseline, call);
        way(SAME_AGAIN, call);
    }

    /**
     * Adds a way of doing the call.
     *
     * @param name its name in the table
     * @param call begins one call; asked for each call anew
     */
    PairedRounds way(String name, Supplier<? extends Publisher<?>> call) {
        ways.put(name, call);
        samples.put(name, new ArrayList<>());
        return this;
    }

    /** Runs all rounds. Takes the warm-up and rounds × ways × slice. */
    String run() {
        List<String> order = new ArrayList<>(ways.keySet());
        long warm = System.nanoTime() + warmup.toNanos();
        while (System.nanoTime() < warm) {
            order.forEach(name -> measure(name, slice));
        }
        for (int round = 0; round < rounds; round++) {
            java.util.Collections.rotate(order, 1);
            order.forEach(name -> samples.get(name).add(measure(name, slice)));
        }
        return table();
    }

    private Sample measure(String name, Duration length) {
        Supplier<? extends Publisher<?>> call = ways.get(name);
        AtomicBoolean stop = new AtomicBoolean();
        LongAdder done = new LongAdder();
        LongAdder failed = new LongAdder();
        Usage before = Usage.now();
        Mono<Void> end = Mono.delay(length).doOnNext(x -> stop.set(true)).then();
        Flux.range(0, callers)
                .flatMap(caller -> loop(call, stop, done, failed), callers)
                .mergeWith(end.then(Mono.empty()))
                .blockLast(length.plusSeconds(30));
        Usage used = Usage.now().since(before);
        if (failed.sum() > 0) {
            throw new IllegalStateException(name + ": " + failed.sum() + " calls failed");
        }
        return new Sample(done.sum(), used);
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
        List<Double> same = ratios(SAME_AGAIN);
        double noise = halfWidth(same);
        StringBuilder out = new StringBuilder();
        out.append(
                "| way | calls/s | ratio, median | lower 95 %% bound | less A/A half-width (%.3f) | CPU-us/call | bytes/call |%n"
                        .formatted(noise));
        out.append("|---|---|---|---|---|---|---|\n");
        for (String name : ways.keySet()) {
            List<Sample> mine = samples.get(name);
            List<Double> ratios = ratios(name);
            double lower = mean(ratios) - halfWidth(ratios);
            out.append(String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.3f | %.3f | %.3f | %.1f | %.0f |%n",
                    name,
                    median(mine.stream().map(Sample::perSecond).toList()),
                    median(ratios),
                    lower,
                    lower - noise,
                    median(mine.stream().map(Sample::cpuMicros).toList()),
                    median(mine.stream().map(Sample::bytes).toList())));
        }
        return out.toString();
    }

    private List<Double> ratios(String name) {
        List<Sample> base = samples.get(baseline);
        List<Sample> mine = samples.get(name);
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < mine.size(); round++) {
            ratios.add(mine.get(round).perSecond() / base.get(round).perSecond());
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

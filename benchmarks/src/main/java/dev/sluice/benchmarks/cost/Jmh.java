package dev.sluice.benchmarks.cost;

import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.Report;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs a benchmark of JMH, and puts its results into a table. */
final class Jmh {

    private Jmh() {}

    /** @return the options that {@link #run} reads, with their values unless told otherwise */
    static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("forks", "2");
        options.put("iterations", "5");
        options.put("time", "1000");
        return options;
    }

    static Collection<RunResult> run(Class<?> benchmark, Options options) throws RunnerException {
        TimeValue time = TimeValue.milliseconds(options.number("time"));
        return new Runner(new OptionsBuilder()
                        .include(benchmark.getName())
                        .forks(options.number("forks"))
                        .warmupIterations(options.number("iterations"))
                        .warmupTime(time)
                        .measurementIterations(options.number("iterations"))
                        .measurementTime(time)
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }

    /** @param parameter the benchmark's parameter that says what is measured */
    static void table(Collection<RunResult> results, String parameter, Report report) {
        report.columns("what", parameter, "threads", "ns/op", "error", "B/op");
        results.forEach(result -> row(report, parameter, result));
    }

    private static void row(Report report, String parameter, RunResult result) {
        String name = result.getParams().getBenchmark();
        report.row(
                name.substring(name.lastIndexOf('.') + 1),
                result.getParams().getParam(parameter),
                result.getParams().getThreads(),
                result.getPrimaryResult().getScore(),
                String.format(Locale.ROOT, "± %.1f", result.getPrimaryResult().getScoreError()),
                bytes(result));
    }

    private static double bytes(RunResult result) {
        for (String label : result.getSecondaryResults().keySet()) {
            if (label.endsWith("gc.alloc.rate.norm")) {
                return Objects.requireNonNull(result.getSecondaryResults().get(label))
                        .getScore();
            }
        }
        return Double.NaN;
    }
}

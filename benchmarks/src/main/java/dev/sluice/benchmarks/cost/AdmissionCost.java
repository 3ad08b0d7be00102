package dev.sluice.benchmarks.cost;

import dev.sluice.benchmarks.database.ProductDatabase;
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

/** What fair admission costs, beside a plain semaphore. */
public final class AdmissionCost {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = options();

    private AdmissionCost() {}

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("forks", "2");
        options.put("iterations", "5");
        options.put("time", "1000");
        options.put("rounds", "20");
        options.put("slice", "1000");
        options.put("warmup", "20000");
        return options;
    }

    /** JMH first, with nothing beside it, then the paired rounds on a database. */
    public static Report run(Options options) throws RunnerException {
        Collection<RunResult> results = jmh(options);
        try (ProductDatabase database = new ProductDatabase()) {
            Report report = new Report("Cost of admission", database.version(), options);
            report.paragraph(
                    "**A permit taken and given back**, JMH 1.37, %s forks × %s iterations of %s ms after as much warm-up;"
                            + " the error is JMH's, 99.9 %%.",
                    options.text("forks"), options.text("iterations"), options.text("time"));
            report.columns("what", "admission", "threads", "ns/op", "error", "B/op");
            results.forEach(result -> row(report, result));
            AdmittedFindById.compare(database, options, report);
            return report;
        }
    }

    private static Collection<RunResult> jmh(Options options) throws RunnerException {
        TimeValue time = TimeValue.milliseconds(options.number("time"));
        return new Runner(new OptionsBuilder()
                        .include(AdmissionBenchmark.class.getName())
                        .forks(options.number("forks"))
                        .warmupIterations(options.number("iterations"))
                        .warmupTime(time)
                        .measurementIterations(options.number("iterations"))
                        .measurementTime(time)
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }

    private static void row(Report report, RunResult result) {
        String name = result.getParams().getBenchmark();
        report.row(
                name.substring(name.lastIndexOf('.') + 1),
                result.getParams().getParam("admission"),
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

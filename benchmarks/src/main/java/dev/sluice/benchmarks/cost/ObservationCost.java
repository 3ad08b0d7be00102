package dev.sluice.benchmarks.cost;

import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.Report;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** What it costs a call that it could be observed, and what it costs when it is. */
public final class ObservationCost {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = Jmh.options();

    private ObservationCost() {}

    /** JMH, with nothing beside it and no database. */
    public static Report run(Options options) throws RunnerException {
        Report report = new Report("Cost of observation", "", options);
        report.paragraph(
                "**A call over connections that answer at once**, and what observation adds to it alone, JMH 1.37, %s"
                        + " forks × %s iterations of %s ms after as much warm-up; the error is JMH's, 99.9 %%.",
                options.text("forks"), options.text("iterations"), options.text("time"));
        Jmh.table(Jmh.run(ObservationBenchmark.class, options), "observer", report);
        return report;
    }
}

package dev.sluice.benchmarks.cost;

import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.Report;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** What routing costs a call, beside the same call on a node's own connections. */
public final class RoutingCost {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = Jmh.options();

    private RoutingCost() {}

    /** JMH, with nothing beside it and no database. */
    public static Report run(Options options) throws RunnerException {
        Report report = new Report("Cost of routing", "", options);
        report.paragraph(
                "**A call over connections that answer at once**, straight to them and routed over a primary and two"
                        + " replicas, JMH 1.37, %s forks × %s iterations of %s ms after as much warm-up; the error is JMH's, 99.9 %%.",
                options.text("forks"), options.text("iterations"), options.text("time"));
        Jmh.table(Jmh.run(RoutingBenchmark.class, options), "leases", report);
        return report;
    }
}

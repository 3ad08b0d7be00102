package dev.sluice.benchmarks.cost;

import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.Report;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

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
        Collection<RunResult> results = Jmh.run(AdmissionBenchmark.class, options);
        try (ProductDatabase database = new ProductDatabase()) {
            Report report = new Report("Cost of admission", database.version(), options);
            report.paragraph(
                    "**A permit taken and given back**, JMH 1.37, %s forks × %s iterations of %s ms after as much warm-up;"
                            + " the error is JMH's, 99.9 %%.",
                    options.text("forks"), options.text("iterations"), options.text("time"));
            Jmh.table(results, "admission", report);
            AdmittedFindById.compare(database, options, report);
            return report;
        }
    }
}

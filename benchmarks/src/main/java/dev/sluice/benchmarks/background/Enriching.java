package dev.sluice.benchmarks.background;

import dev.sluice.access.Workload;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.Pause;
import dev.sluice.benchmarks.load.Report;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.testkit.Await;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.Disposable;

/**
 * Twelve partitions at once ask an external service about 3,000 scenarios, beside a load of point selects on the same ten
 * connections: in phases, and with the calls inside a transaction.
 */
public final class Enriching {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = options();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Enriching() {}

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("rounds", "3");
        options.put("slice", "12000");
        options.put("per-second", "200");
        options.put("seed", "20261121");
        return options;
    }

    /** Runs the slices. */
    public static Report run(Options options) throws Exception {
        try (ScenarioDatabase database = new ScenarioDatabase();
                SignalServer signals = new SignalServer()) {
            Report report = new Report("Enrichment beside the API", database.version(), options);
            R2dbcSluice sluice = database.connect();
            Enricher enricher = new Enricher(sluice, signals);
            Api api = new Api(sluice, options.number("per-second"), options.seed());
            Duration slice = options.millis("slice");
            Slices one = new Slices("API alone");
            Slices two = new Slices("API alone, again");
            Seen phases = new Seen("with phases");
            Seen naive = new Seen("with calls inside the transaction");
            database.forgetSignals();
            sluice.workers().start(enricher.worker());
            api.load(slice);
            awaitAll(database);
            for (int round = 0; round < options.number("rounds"); round++) {
                one.add(api.load(slice));
                database.forgetSignals();
                sluice.workers().wake("enricher");
                measure(phases, sluice, database, api, slice);
                phases.wrong += awaitAll(database);
                two.add(api.load(slice));
            }
            sluice.workers().closeGracefully().block(PATIENCE);
            for (int round = 0; round < options.number("rounds"); round++) {
                database.forgetSignals();
                Disposable running = enricher.naive().subscribe(rows -> {}, error -> {});
                measure(naive, sluice, database, api, slice);
                running.dispose();
                Pause.of(Duration.ofSeconds(6));
            }
            sluice.closeGracefully().block(PATIENCE);
            report.paragraph(
                    "3,000 scenarios of 12 tenants, all of which need a call of 200 to 1,200 ms, 16 at once for each tenant. With"
                            + " phases: not enriched exactly once in effect: %d. A/A spread of p99: %.2f.",
                    phases.wrong, Slices.spread(one, two));
            report.columns(
                    "slices",
                    "answers",
                    "errors",
                    "p50 ms",
                    "p99 ms",
                    "p99 / alone",
                    "most connections of `background` in use",
                    "most idle in transaction > 500 ms");
            one.row(report, one, "–", "–");
            two.row(report, one, "–", "–");
            phases.slices.row(report, one, phases.inUse, phases.idle);
            naive.slices.row(report, one, naive.inUse, naive.idle);
            return report;
        }
    }

    private static void measure(Seen seen, R2dbcSluice sluice, ScenarioDatabase database, Api api, Duration slice)
            throws Exception {
        try (Sampler sampler = new Sampler(sluice, Workload.BACKGROUND, database.database())) {
            seen.slices.add(api.load(slice));
            seen.inUse = Math.max(seen.inUse, sampler.mostInUse());
            seen.idle = Math.max(seen.idle, sampler.mostIdleInTransaction());
        }
    }

    /** Answers how many were not enriched exactly once. */
    private static long awaitAll(ScenarioDatabase database) {
        Await.until(PATIENCE, () -> database.number("select count(*) from scenarios where signal is null") == 0, "all");
        return database.number("select count(*) from scenarios where effects <> 1");
    }

    private static final class Seen {

        private final Slices slices;
        private int inUse;
        private int idle;
        private long wrong;

        Seen(String name) {
            slices = new Slices(name);
        }
    }
}

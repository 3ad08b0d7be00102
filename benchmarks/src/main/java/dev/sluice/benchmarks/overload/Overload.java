package dev.sluice.benchmarks.overload;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Workload;
import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.database.SluiceWay;
import dev.sluice.benchmarks.database.Way;
import dev.sluice.benchmarks.database.Work;
import dev.sluice.benchmarks.load.ClosedLoop;
import dev.sluice.benchmarks.load.Heap;
import dev.sluice.benchmarks.load.OpenLoop;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.Outcomes;
import dev.sluice.benchmarks.load.Pause;
import dev.sluice.benchmarks.load.Report;
import dev.sluice.benchmarks.load.Source;
import dev.sluice.benchmarks.load.Throughput;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;

/**
 * What is left of ten connections' capacity when many tenants ask for half as much again, each call with a
 * deadline: how many answers come in time, how soon the others are told, what it leaves behind.
 */
public final class Overload {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = options();

    private static final int CONNECTIONS = 10;

    /** So many that each tenant always wants a connection, and no slot idles for want of callers. */
    private static final int CALLERS = 10 * CONNECTIONS;

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Work WORK = new Work.Sleep(0.02);

    private Overload() {}

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("tenants", "20");
        options.put("percent", "150");
        options.put("load", "60000");
        options.put("deadline", "1000");
        options.put("calibration", "10000");
        options.put("seed", "20261120");
        return options;
    }

    /** Loads Sluice, then r2dbc-pool with the deadline as its acquire timeout. */
    public static Report run(Options options) throws TimeoutException {
        Duration deadline = options.millis("deadline");
        try (ProductDatabase database = new ProductDatabase()) {
            Report report = new Report("Overload", database.version(), options);
            report.paragraph(
                    "%d connections × %s; %s tenants with the default limits, open loop at %s %% of the capacity that a"
                            + " closed loop of %d callers showed just before; deadline %s ms, and an answer after it is"
                            + " late. Full speed is 95 %% of the capacity in a window of 250 ms, counted from the end of"
                            + " the load.",
                    CONNECTIONS,
                    WORK.name(),
                    options.text("tenants"),
                    options.text("percent"),
                    CALLERS,
                    options.text("deadline"));
            report.columns(
                    "way",
                    "capacity/s",
                    "asked/s",
                    "in time/s",
                    "of capacity",
                    "late",
                    "answers: p50 / p99 ms",
                    "refused",
                    "refused: p50 / p99 ms after arrival",
                    "refused: p99 ms from arrival or deadline",
                    "live heap MB",
                    "after / before",
                    "full speed after ms");
            Way sluice = new SluiceWay(
                    database.connect(CONNECTIONS, AdmissionSettings.DEFAULT), Workload.INTERACTIVE, deadline);
            measure(sluice, options, report);
            sluice.close().block(PATIENCE);
            Way raw = database.raw(CONNECTIONS, deadline);
            measure(raw, options, report);
            raw.close().block(PATIENCE);
            return report;
        }
    }

    private static void measure(Way way, Options options, Report report) throws TimeoutException {
        int tenants = options.number("tenants");
        double capacity = capacity(way, tenants, options.millis("calibration"));
        double asked = capacity * options.number("percent") / 100;
        Outcomes outcomes = new Outcomes(options.millis("deadline"));
        List<Source> sources = IntStream.range(0, tenants)
                .mapToObj(ProductDatabase::tenant)
                .map(tenant -> new Source(asked / tenants, () -> way.work(tenant, WORK), outcomes))
                .toList();
        double before = Heap.liveMegabytes();
        Duration load = options.millis("load");
        long start = System.nanoTime();
        OpenLoop loop = new OpenLoop(options.seed());
        loop.begin(sources, load);
        double recovery = Recovery.millis(CALLERS, inTurn(way, tenants), capacity, start + load.toNanos());
        long begun = loop.awaitEnd(PATIENCE);
        double after = Heap.liveMegabytes();
        double seconds = load.toNanos() / 1e9;
        double inTime = outcomes.successesInTime() / seconds;
        report.row(
                way.name(),
                capacity,
                begun / seconds,
                inTime,
                inTime / capacity,
                outcomes.successes() - outcomes.successesInTime(),
                pair(outcomes.millisAt(50), outcomes.millisAt(99)),
                outcomes.failures() + " " + outcomes.reasons(),
                pair(outcomes.failureMillisAt(50), outcomes.failureMillisAt(99)),
                outcomes.failureMillisFromDueAt(99),
                pair(before, after),
                after / before,
                recovery);
    }

    private static double capacity(Way way, int tenants, Duration length) throws TimeoutException {
        ClosedLoop loop = ClosedLoop.start(CALLERS, inTurn(way, tenants));
        Pause.of(length.dividedBy(2));
        Throughput throughput = new Throughput(loop);
        Pause.of(length);
        double perSecond = throughput.perSecond();
        loop.stop(PATIENCE);
        return perSecond;
    }

    private static Supplier<Publisher<?>> inTurn(Way way, int tenants) {
        AtomicInteger turn = new AtomicInteger();
        return () -> way.work(ProductDatabase.tenant(turn.getAndIncrement() % tenants), WORK);
    }

    private static String pair(double one, double two) {
        return String.format(Locale.ROOT, "%.1f / %.1f", one, two);
    }
}

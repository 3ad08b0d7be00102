package dev.sluice.benchmarks.cache;

import dev.sluice.access.Access;
import dev.sluice.benchmarks.load.ClosedLoop;
import dev.sluice.benchmarks.load.OpenLoop;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.Outcomes;
import dev.sluice.benchmarks.load.Pause;
import dev.sluice.benchmarks.load.Report;
import dev.sluice.benchmarks.load.Source;
import dev.sluice.benchmarks.load.Throughput;
import dev.sluice.cache.CacheStatus;
import dev.sluice.cache.TenantCache;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.testkit.cluster.RedisNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;

/**
 * Redis goes in the middle of a load, below the capacity of the database and far above it: who is answered, how soon, who is refused, and
 * what the database has to bear, until Redis is back.
 */
public final class RedisOutage {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = options();

    private static final int CONNECTIONS = 10;
    private static final int CALLERS = 10 * CONNECTIONS;
    private static final double SECONDS = 0.02;
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofMillis(100);
    private static final double BELOW = 0.7;
    private static final double ABOVE = 3;

    private RedisOutage() {}

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("calibration", "10000");
        options.put("normal", "10000");
        options.put("outage", "20000");
        options.put("deadline", "1000");
        options.put("seed", "20261121");
        return options;
    }

    private record Fault(String name, Runnable begin, Runnable end) {}

    /** Takes Redis away and gives it back, at each load. */
    public static Report run(Options options) throws Exception {
        try (AmountDatabase database = new AmountDatabase()) {
            Report report = new Report("Redis dies under load", database.version(), options);
            report.paragraph(
                    "%d connections; reads that hold one for %.0f ms when the cache has no answer, of %d keys of %d"
                            + " tenants, of whom %d calls may wait; open loop, latency from the intended begin, deadline"
                            + " %s ms. The capacity is that of a closed loop of %d callers without a cache.",
                    CONNECTIONS,
                    SECONDS * 1000,
                    AmountDatabase.TENANTS * AmountDatabase.IDS,
                    AmountDatabase.TENANTS,
                    AmountDatabase.MOST_WAITING,
                    options.text("deadline"),
                    CALLERS);
            Outcomes[] uncached = new Outcomes[1];
            double capacity = uncached(database, options, uncached);
            report.paragraph(
                    "Capacity %.0f/s. At %.0f %% of it, without a cache: p50 %.1f ms, p99 %.1f ms, %d errors.",
                    capacity, 100 * BELOW, uncached[0].millisAt(50), uncached[0].millisAt(99), uncached[0].failures());
            report.columns(
                    "fault",
                    "asked/s",
                    "with Redis: hits, p99 ms",
                    "first second: p99 ms, errors",
                    "then: p50 / p99 ms",
                    "p99, ratio to uncached",
                    "in time/s, of capacity",
                    "errors",
                    "in flight: permits / active",
                    "within limits",
                    "used again after ms",
                    "hits again");
            for (Fault fault : faults(database.redis())) {
                measure(database, options, fault, BELOW * capacity, capacity, uncached[0], report);
                measure(database, options, fault, ABOVE * capacity, capacity, uncached[0], report);
            }
            return report;
        }
    }

    private static List<Fault> faults(RedisNode redis) {
        return List.of(
                new Fault("killed", redis::kill, redis::start),
                new Fault("frozen (SIGSTOP)", redis::freeze, redis::thaw));
    }

    private static double uncached(AmountDatabase database, Options options, Outcomes[] outcomes)
            throws TimeoutException {
        R2dbcSluice sluice = database.connect(CONNECTIONS, TenantCache.none());
        Amounts amounts = sluice.repository(Amounts.class);
        Duration length = options.millis("calibration");
        ClosedLoop loop = ClosedLoop.start(CALLERS, () -> read(amounts, AmountDatabase.PATIENCE));
        Pause.of(length.dividedBy(2));
        Throughput throughput = new Throughput(loop);
        Pause.of(length);
        double capacity = throughput.perSecond();
        loop.stop(AmountDatabase.PATIENCE);
        outcomes[0] = load(amounts, BELOW * capacity, length, options);
        sluice.closeGracefully().block(AmountDatabase.PATIENCE);
        return capacity;
    }

    private static void measure(
            AmountDatabase database,
            Options options,
            Fault fault,
            double asked,
            double capacity,
            Outcomes uncached,
            Report report)
            throws Exception {
        TenantCache cache = database.cache();
        R2dbcSluice sluice = database.connect(CONNECTIONS, cache);
        Amounts amounts = sluice.repository(Amounts.class);
        load(amounts, BELOW * capacity, options.millis("normal"), options);
        long hits = hits(cache);
        Outcomes normal = load(amounts, asked, options.millis("normal"), options);
        double before = (double) (hits(cache) - hits) / normal.successes();
        try (InFlight inFlight = new InFlight(database, sluice)) {
            fault.begin.run();
            Outcomes first = load(amounts, asked, FIRST, options);
            long begun = System.nanoTime();
            Outcomes then = load(amounts, asked, options.millis("outage"), options);
            double goodput = then.successesInTime() * 1e9 / (System.nanoTime() - begun);
            fault.end.run();
            double again = millisUntilUsed(cache, () -> load(amounts, BELOW * capacity, STEP, options));
            load(amounts, BELOW * capacity, options.millis("normal"), options);
            hits = hits(cache);
            Outcomes after = load(amounts, asked, options.millis("normal"), options);
            report.row(
                    fault.name,
                    asked,
                    "%.3f, %.1f".formatted(before, normal.millisAt(99)),
                    "%.1f, %d %s".formatted(first.millisAt(99), first.failures(), first.reasons()),
                    pair(then.millisAt(50), then.millisAt(99)),
                    then.millisAt(99) / uncached.millisAt(99),
                    "%.0f, %.2f".formatted(goodput, goodput / capacity),
                    then.failures() + " " + then.reasons(),
                    inFlight.most(),
                    inFlight.isWithin(CONNECTIONS) ? "yes" : "**no**",
                    again,
                    "%.3f, %d errors".formatted((double) (hits(cache) - hits) / after.successes(), after.failures()));
        }
        sluice.closeGracefully().then(cache.closeGracefully()).block(AmountDatabase.PATIENCE);
    }

    // The breaker closes for who asks.
    private static double millisUntilUsed(TenantCache cache, Callable<Outcomes> someLoad) throws Exception {
        long since = System.nanoTime();
        while (!cache.status().tracking() || cache.status().sharedState() != CacheStatus.SharedState.CLOSED) {
            if (System.nanoTime() - since > AmountDatabase.PATIENCE.toNanos()) {
                throw new TimeoutException("Redis is not used again after %s".formatted(AmountDatabase.PATIENCE));
            }
            someLoad.call();
        }
        return (System.nanoTime() - since) / 1e6;
    }

    private static Outcomes load(Amounts amounts, double asked, Duration length, Options options)
            throws TimeoutException {
        Duration deadline = options.millis("deadline");
        Outcomes outcomes = new Outcomes(deadline);
        List<Source> sources = IntStream.range(0, AmountDatabase.TENANTS)
                .mapToObj(tenant ->
                        new Source(asked / AmountDatabase.TENANTS, () -> read(amounts, tenant, deadline), outcomes))
                .toList();
        new OpenLoop(options.seed()).run(sources, length, AmountDatabase.PATIENCE);
        return outcomes;
    }

    private static Publisher<?> read(Amounts amounts, Duration deadline) {
        return read(amounts, ThreadLocalRandom.current().nextInt(AmountDatabase.TENANTS), deadline);
    }

    private static Publisher<?> read(Amounts amounts, int tenant, Duration deadline) {
        long id = ThreadLocalRandom.current().nextInt(AmountDatabase.IDS);
        return amounts.held(id, SECONDS)
                .contextWrite(Access.tenant("tenant-" + tenant).deadline(deadline));
    }

    private static long hits(TenantCache cache) {
        CacheStatus status = cache.status();
        return status.near().hits() + status.shared().hits();
    }

    private static String pair(double one, double two) {
        return String.format(Locale.ROOT, "%.1f / %.1f", one, two);
    }
}

package dev.sluice.benchmarks.cache;

import dev.sluice.access.Access;
import dev.sluice.access.AccessChange;
import dev.sluice.benchmarks.cache.ForecastDatabase.App;
import dev.sluice.benchmarks.load.ClosedLoop;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.Outcomes;
import dev.sluice.benchmarks.load.Pause;
import dev.sluice.benchmarks.load.Report;
import dev.sluice.benchmarks.load.Zipf;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * {@code findById} behind {@code @Cached}, asked for forecasts of 100 tenants by Zipf's law: how many reads the database is spared under
 * writes, how long a hit takes in each tier, and how many reads there are in a second, against the same without a cache and against
 * Spring's {@code @Cacheable}.
 */
public final class CacheLoad {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = options();

    private static final int CALLERS = 64;
    private static final double EXPONENT = 0.99;
    private static final long ROOMY = 256L << 20;
    private static final long NOTHING_FITS = 1;
    private static final int[] WRITES_IN_A_HUNDRED = {5, 1};
    private static final List<String> NAMES = IntStream.range(0, ForecastDatabase.TENANTS)
            .mapToObj(tenant -> "tenant-" + tenant)
            .toList();
    private static final List<AccessChange> ACCESS =
            NAMES.stream().map(Access::tenant).toList();

    private final ForecastDatabase database;
    private final Options options;
    private final Report report;
    private final int forecasts;
    private final Zipf zipf;

    private CacheLoad(ForecastDatabase database, Options options, Report report, int forecasts) {
        this.database = database;
        this.options = options;
        this.report = report;
        this.forecasts = forecasts;
        this.zipf = new Zipf(forecasts, EXPONENT);
    }

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("forecasts", "100000");
        options.put("load", "30000");
        options.put("hits", "200000");
        options.put("rounds", "10");
        options.put("slice", "1000");
        options.put("warmup", "20000");
        return options;
    }

    /** Runs all parts, one after another. */
    public static Report run(Options options) throws TimeoutException {
        int forecasts = options.number("forecasts");
        try (ForecastDatabase database = new ForecastDatabase(forecasts / ForecastDatabase.TENANTS)) {
            Report report = new Report("what the cache takes off the database", database.version(), options);
            new CacheLoad(database, options, report, forecasts).run();
            return report;
        }
    }

    private void run() throws TimeoutException {
        try (App cached = database.open(ROOMY);
                App shared = database.open(NOTHING_FITS);
                App plain = database.open(0)) {
            warm(cached);
            takenAway(cached);
            hits(cached, shared);
            throughput(cached, shared, plain);
        }
    }

    private void warm(App app) {
        Forecast.Hot hot = app.sluice().repository(Forecast.Hot.class);
        Flux.range(0, forecasts)
                .flatMap(rank -> find(hot, rank), CALLERS)
                .then()
                .block(Duration.ofMinutes(10));
        report.paragraph(
                "%d forecasts of %d tenants, Zipf %.2f, %d callers. Warm: %d values in the near tier, %.1f MB.",
                forecasts,
                ForecastDatabase.TENANTS,
                EXPONENT,
                CALLERS,
                app.cache().status().entries(),
                app.cache().status().bytes() / 1e6);
    }

    private void takenAway(App app) throws TimeoutException {
        Forecast.Hot hot = app.sluice().repository(Forecast.Hot.class);
        report.columns(
                "writes", "reads/s", "writes/s", "reads of the database", "taken away", "p50 ms", "p99 ms", "errors");
        for (int share : WRITES_IN_A_HUNDRED) {
            LongAdder reads = new LongAdder();
            LongAdder writes = new LongAdder();
            long before = app.reads().sum();
            Supplier<Mono<?>> call = () -> {
                int rank = zipf.next();
                if (ThreadLocalRandom.current().nextInt(100) < share) {
                    writes.increment();
                    return write(hot, rank);
                }
                reads.increment();
                return find(hot, rank);
            };
            long begun = System.nanoTime();
            ClosedLoop loop = ClosedLoop.start(CALLERS, () -> call.get().subscribeOn(Schedulers.parallel()));
            Pause.of(options.millis("load"));
            Outcomes outcomes = loop.stop(ForecastDatabase.PATIENCE);
            double seconds = (System.nanoTime() - begun) / 1e9;
            long reached = app.reads().sum() - before;
            report.row(
                    share + " %",
                    reads.sum() / seconds,
                    writes.sum() / seconds,
                    reached,
                    "%.2f %%".formatted(100 - 100.0 * reached / reads.sum()),
                    outcomes.millisAt(50),
                    outcomes.millisAt(99),
                    outcomes.failures());
        }
    }

    private void hits(App cached, App shared) {
        Forecast.Hot near = cached.sluice().repository(Forecast.Hot.class);
        Forecast.Hot far = shared.sluice().repository(Forecast.Hot.class);
        int count = options.number("hits");
        times(near, count);
        times(far, count / 20);
        report.columns("hit, one caller", "p50 µs", "p99 µs", "reads of the database");
        long before = cached.reads().sum();
        Histogram nearTimes = times(near, count);
        report.row(
                "near",
                micros(nearTimes, 50),
                micros(nearTimes, 99),
                cached.reads().sum() - before);
        before = shared.reads().sum();
        Histogram farTimes = times(far, count / 20);
        report.row(
                "shared",
                micros(farTimes, 50),
                micros(farTimes, 99),
                shared.reads().sum() - before);
    }

    private Histogram times(Forecast.Hot repository, int count) {
        Histogram times = new Histogram(3);
        for (int i = 0; i < count; i++) {
            Mono<Forecast> call = find(repository, zipf.next());
            long begun = System.nanoTime();
            call.toFuture().join();
            times.recordValue(System.nanoTime() - begun);
        }
        return times;
    }

    private static double micros(Histogram times, double percentile) {
        return times.getValueAtPercentile(percentile) / 1e3;
    }

    private void throughput(App cached, App shared, App plain) {
        Forecast.Hot near = cached.sluice().repository(Forecast.Hot.class);
        Forecast.Hot far = shared.sluice().repository(Forecast.Hot.class);
        Forecast.Plain uncached = plain.sluice().repository(Forecast.Plain.class);
        try (SpringCacheable spring = new SpringCacheable(database.redisUrl(), uncached)) {
            new HotReads(CALLERS, options.millis("slice"))
                    .way("without a cache", () -> {
                        int rank = zipf.next();
                        return uncached.findById(id(rank)).contextWrite(ACCESS.get(tenant(rank)));
                    })
                    .way("@Cached, near and shared tier", () -> find(near, zipf.next()))
                    .way("@Cached, shared tier alone", () -> find(far, zipf.next()))
                    .way("Spring's @Cacheable on Redis", () -> {
                        int rank = zipf.next();
                        return spring.findById(NAMES.get(tenant(rank)), id(rank));
                    })
                    .run(options.number("rounds"), options.millis("warmup"), report);
        }
    }

    private static Mono<Forecast> find(Forecast.Hot repository, int rank) {
        return repository.findById(id(rank)).contextWrite(ACCESS.get(tenant(rank)));
    }

    private static Mono<Forecast> write(Forecast.Hot repository, int rank) {
        BigDecimal value = BigDecimal.valueOf(ThreadLocalRandom.current().nextInt(1_000_000), 2);
        return repository
                .update(new Forecast(id(rank), LocalDate.EPOCH, value, BigDecimal.ONE))
                .contextWrite(ACCESS.get(tenant(rank)));
    }

    private static int tenant(int rank) {
        return rank % ForecastDatabase.TENANTS;
    }

    private static long id(int rank) {
        return rank / ForecastDatabase.TENANTS;
    }
}

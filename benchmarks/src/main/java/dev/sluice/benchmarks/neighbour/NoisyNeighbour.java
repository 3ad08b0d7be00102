package dev.sluice.benchmarks.neighbour;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.database.RawWay;
import dev.sluice.benchmarks.database.SluiceWay;
import dev.sluice.benchmarks.database.Way;
import dev.sluice.benchmarks.database.Work;
import dev.sluice.benchmarks.load.ClosedLoop;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.Pause;
import dev.sluice.benchmarks.load.Report;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * What nine tenants with quick reads feel of tenants that keep slow queries in flight, when they share ten
 * connections. Every tenant may use all ten, so that nothing but the order of admission helps.
 */
public final class NoisyNeighbour {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = options();

    private static final int CONNECTIONS = 10;
    private static final int MOST_WAITING = 400;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final double COMPUTE_SECONDS = 0.05;
    private static final Workload FLOOD = Workload.of("flood");

    private NoisyNeighbour() {}

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("variants", "tenants,priority,http");
        options.put("rounds", "5");
        options.put("slice", "5000");
        options.put("seed", "20261120");
        return options;
    }

    /** Runs the variants asked for, one after another, on one server. */
    public static Report run(Options options) throws TimeoutException {
        List<String> variants = List.of(options.text("variants").split(","));
        try (ProductDatabase database = new ProductDatabase()) {
            Report report = new Report("Noisy neighbour", database.version(), options);
            RawWay raw = database.raw(CONNECTIONS, Duration.ZERO);
            List<Work> works = List.of(new Work.Sleep(0.02), new Work.Sleep(0.2), computing(raw));
            Map<Work, Double> entitlements = entitlements(raw, works);
            report.paragraph(
                    "%d connections, every tenant may use all; %d victims, %.0f point selects/s each, open loop;"
                            + " aggressors with %d calls in flight each, closed loop. Entitlement of all aggressors: %s.",
                    CONNECTIONS, Slice.VICTIMS, Slice.VICTIM_RATE, Slice.IN_FLIGHT, named(entitlements));
            List<Scene> strangers = Stream.of(1, 3)
                    .flatMap(count -> works.stream().map(work -> Scene.strangers(count, work)))
                    .toList();
            if (variants.contains("tenants")) {
                Way sluice = new SluiceWay(database.connect(CONNECTIONS, limits()), Workload.INTERACTIVE, TIMEOUT);
                Variant variant = new Variant(List.of(sluice, raw), strangers, options);
                variant.run();
                report.paragraph("**Aggressors are other tenants**; all calls are interactive.");
                variant.table(report, Slice::victims, entitlements);
                variant.failures(report);
                close(sluice);
            }
            if (variants.contains("priority")) {
                Way sluice = new SluiceWay(database.connect(CONNECTIONS, limits()), FLOOD, TIMEOUT);
                List<Scene> flood = works.stream().map(Scene::firstVictim).toList();
                Variant variant = new Variant(List.of(sluice, raw), flood, options);
                variant.run();
                report.paragraph("**A background flood of the first victim**: that tenant's own interactive calls.");
                variant.table(report, Slice::first, entitlements);
                report.paragraph("The same run: the interactive calls of the other eight tenants.");
                variant.table(report, Slice::others, entitlements);
                variant.failures(report);
                close(sluice);
            }
            close(raw);
            if (variants.contains("http")) {
                http(database, strangers, entitlements, options, report);
            }
            return report;
        }
    }

    private static void http(
            ProductDatabase database,
            List<Scene> scenes,
            Map<Work, Double> entitlements,
            Options options,
            Report report)
            throws TimeoutException {
        try (ProductService service = ProductService.start(database, CONNECTIONS, MOST_WAITING)) {
            Variant variant = new Variant(
                    List.of(service.way("Sluice", "/api"), service.way("raw r2dbc-pool", "/raw")), scenes, options);
            variant.run();
            report.paragraph("**Through HTTP**, a WebFlux service on the starter, in the process of the callers;"
                    + " latencies are those of the HTTP client. The entitlement is that of the database alone.");
            variant.table(report, Slice::victims, entitlements);
            variant.failures(report);
        }
    }

    private static AdmissionSettings limits() {
        return new AdmissionSettings(
                0,
                5_000,
                false,
                new TenantLimits(CONNECTIONS, 0, 1, MOST_WAITING, 0, PrincipalLimits.NONE),
                Map.of(),
                Map.of(FLOOD, new WorkloadLimits(Priority.BACKGROUND, 0)));
    }

    /** Finds how much takes so long on this machine, alone. */
    private static Work computing(Way raw) throws TimeoutException {
        int numbers = 100_000;
        ClosedLoop loop = ClosedLoop.start(1, new Repeated(raw, new Work.Compute(numbers))::call);
        Pause.of(Duration.ofSeconds(2));
        double seconds = loop.stop(PATIENCE).millisAt(50) / 1e3;
        return new Work.Compute((int) (numbers * COMPUTE_SECONDS / seconds));
    }

    private static Map<Work, Double> entitlements(Way raw, List<Work> works) throws TimeoutException {
        Entitlement entitlement = new Entitlement(CONNECTIONS, raw);
        Map<Work, Double> entitlements = new LinkedHashMap<>();
        for (Work work : works) {
            entitlements.put(work, entitlement.of(work));
        }
        return entitlements;
    }

    private static String named(Map<Work, Double> entitlements) {
        return String.join(
                ", ",
                entitlements.entrySet().stream()
                        .map(entry -> "%s %.0f/s".formatted(entry.getKey().name(), entry.getValue()))
                        .toList());
    }

    private static void close(Way way) {
        way.close().block(PATIENCE);
    }

    private record Repeated(Way way, Work work) {

        org.reactivestreams.Publisher<?> call() {
            return way.work(ProductDatabase.tenant(0), work);
        }
    }
}

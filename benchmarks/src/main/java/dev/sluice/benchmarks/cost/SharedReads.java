package dev.sluice.benchmarks.cost;

import dev.sluice.AdmissionSettings;
import dev.sluice.Isolation;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.access.Access;
import dev.sluice.access.AccessChange;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.database.Products;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.PairedRounds;
import dev.sluice.benchmarks.load.Report;
import dev.sluice.benchmarks.load.Zipf;
import dev.sluice.testkit.cluster.Role;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * {@code findById} with row-level security and few tenants that ask for most: each read with a statement of its own, and with those
 * that wait sharing one; with many callers, with so few that nobody waits, and with some who do not wait beside many who do.
 */
public final class SharedReads {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = options();

    private static final int CONNECTIONS = 16;
    private static final int TENANTS = 100;
    private static final double EXPONENT = 0.99;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Zipf RANKS = new Zipf(TENANTS, EXPONENT);
    private static final List<AccessChange> ACCESS = IntStream.range(0, TENANTS)
            .mapToObj(ProductDatabase::tenant)
            .map(Access::tenant)
            .toList();

    private SharedReads() {}

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("callers", "12,64,256");
        options.put("rounds", "20");
        options.put("slice", "1000");
        options.put("warmup", "20000");
        return options;
    }

    /** Runs all numbers of callers. */
    public static Report run(Options options) throws TimeoutException {
        try (ProductDatabase database = new ProductDatabase()) {
            Report report = new Report("Reads by id that share a statement", database.version(), options);
            PoolSettings pool = PoolSettings.ofMax(CONNECTIONS);
            Sluice alone = connect(database, pool.withReadsPerStatement(1));
            Sluice sharing = connect(database, pool);
            Sluice unpipelined = connect(database, pool.withPipelineDepth(1));
            for (String callers : options.text("callers").split(",", -1)) {
                report.paragraph(
                        "%s callers, %d connections:%n%n%s",
                        callers, CONNECTIONS, table(Integer.parseInt(callers), options, alone, sharing, unpipelined));
            }
            besideFlood(report, options, alone, sharing);
            Mono.when(alone.closeGracefully(), sharing.closeGracefully(), unpipelined.closeGracefully())
                    .block(PATIENCE);
            return report;
        }
    }

    private static String table(int callers, Options options, Sluice alone, Sluice sharing, Sluice unpipelined) {
        Products each = alone.repository(Products.class);
        Products together = sharing.repository(Products.class);
        Products sharingOnly = unpipelined.repository(Products.class);
        return new PairedRounds(
                        callers,
                        options.number("rounds"),
                        options.millis("slice"),
                        options.millis("warmup"),
                        "each its own statement",
                        () -> findById(each))
                .way("those that wait share one", () -> findById(together))
                .way("the same without pipelining", () -> findById(sharingOnly))
                .run();
    }

    private static void besideFlood(Report report, Options options, Sluice alone, Sluice sharing)
            throws TimeoutException {
        Products each = alone.repository(Products.class);
        Products together = sharing.repository(Products.class);
        report.paragraph("64 callers of one tenant, who wait, and 4 of others, who do not:");
        new BesideFlood(options.number("rounds"), options.millis("slice"))
                .way("each its own statement", () -> ofFirst(each), () -> ofOthers(each))
                .way("the same again (A/A)", () -> ofFirst(each), () -> ofOthers(each))
                .way("those that wait share one", () -> ofFirst(together), () -> ofOthers(together))
                .run(report);
    }

    // No tenant is held back: it is the connections that are waited for.
    private static Sluice connect(ProductDatabase database, PoolSettings pool) {
        SluiceSettings settings = SluiceSettings.builder(
                        database.locked().url(), database.locked().credentials(Role.APP))
                .isolation(Isolation.RLS)
                .pool(pool)
                .admission(AdmissionSettings.DEFAULT.withTenantDefaults(
                        new TenantLimits(CONNECTIONS, 0, 1, 1_000, 0, PrincipalLimits.NONE)))
                .build();
        return Objects.requireNonNull(Sluice.connect(settings).block(PATIENCE));
    }

    private static Publisher<?> findById(Products products) {
        return findById(products, RANKS.next());
    }

    private static Publisher<?> ofFirst(Products products) {
        return findById(products, 0);
    }

    private static Publisher<?> ofOthers(Products products) {
        return findById(products, ThreadLocalRandom.current().nextInt(1, TENANTS));
    }

    private static Publisher<?> findById(Products products, int tenant) {
        return products.findById((long) ThreadLocalRandom.current().nextInt(ProductDatabase.IDS))
                .contextWrite(ACCESS.get(tenant));
    }
}

package dev.sluice.benchmarks.cost;

import dev.sluice.Credentials;
import dev.sluice.Isolation;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.access.Access;
import dev.sluice.access.AccessChange;
import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.database.Products;
import dev.sluice.benchmarks.database.RawWay;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.PairedRounds;
import dev.sluice.benchmarks.load.Report;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * {@code findById} through a repository, with the predicate alone and with row-level security, against raw
 * r2dbc-pool with the same SQL and no tenant.
 */
public final class FindById {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = options();

    private static final int CONNECTIONS = 16;
    private static final int CALLERS = 64;
    private static final int TENANTS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<AccessChange> ACCESS = IntStream.range(0, TENANTS)
            .mapToObj(ProductDatabase::tenant)
            .map(Access::tenant)
            .toList();

    private FindById() {}

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("rounds", "20");
        options.put("slice", "1000");
        options.put("warmup", "20000");
        return options;
    }

    /** Runs all ways in rounds. */
    public static Report run(Options options) {
        try (ProductDatabase database = new ProductDatabase()) {
            Report report = new Report("findById through a repository", database.version(), options);
            RawWay raw = database.raw(CONNECTIONS, Duration.ZERO);
            PoolSettings pool = PoolSettings.ofMax(CONNECTIONS);
            Sluice predicate = connect(database.open(), Isolation.PREDICATE, pool);
            Sluice rowLevelSecurity = connect(database.locked(), Isolation.RLS, pool);
            Sluice unpipelined = connect(database.locked(), Isolation.RLS, pool.withPipelineDepth(1));
            Products withPredicate = predicate.repository(Products.class);
            Products withRowLevelSecurity = rowLevelSecurity.repository(Products.class);
            Products alone = unpipelined.repository(Products.class);
            String table = new PairedRounds(
                            CALLERS,
                            options.number("rounds"),
                            options.millis("slice"),
                            options.millis("warmup"),
                            "raw r2dbc-pool, no tenant",
                            () -> raw.find(ProductDatabase.tenant(
                                    ThreadLocalRandom.current().nextInt(TENANTS))))
                    .way("repository, predicate", () -> findById(withPredicate))
                    .way("repository, row-level security, 100 tenants", () -> findById(withRowLevelSecurity))
                    .way("the same without pipelining", () -> findById(alone))
                    .run();
            Mono.when(
                            predicate.closeGracefully(),
                            rowLevelSecurity.closeGracefully(),
                            unpipelined.closeGracefully(),
                            raw.close())
                    .block(PATIENCE);
            return report.paragraph("%s", table);
        }
    }

    private static Sluice connect(TestDatabase database, Isolation isolation, PoolSettings pool) {
        Credentials app = database.credentials(Role.APP);
        SluiceSettings settings = SluiceSettings.builder(database.url(), app)
                .isolation(isolation)
                .pool(pool)
                .build();
        return Objects.requireNonNull(Sluice.connect(settings).block(PATIENCE));
    }

    private static Publisher<?> findById(Products products) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return products.findById((long) random.nextInt(ProductDatabase.IDS))
                .contextWrite(ACCESS.get(random.nextInt(TENANTS)));
    }
}

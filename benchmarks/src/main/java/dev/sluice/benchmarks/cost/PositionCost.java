package dev.sluice.benchmarks.cost;

import dev.sluice.PoolSettings;
import dev.sluice.TimeoutSettings;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.benchmarks.admission.FairSemaphore;
import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.PairedRounds;
import dev.sluice.benchmarks.load.Report;
import dev.sluice.r2dbc.pool.NodeLeases;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.PositionSink;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.Setting;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.cluster.Role;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * What it costs to know where the server stands after a call: not asked, asked in the same write, and asked by a statement
 * of its own afterwards. Through a lease, with row-level security.
 */
public final class PositionCost {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = options();

    private static final int CONNECTIONS = 16;
    private static final int CALLERS = 64;
    private static final int TENANTS = 100;
    private static final int MOST_WAITING = 5_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SELECT = "select name from products where tenant_id = $1 and id = $2";
    private static final String UPDATE = "update products set amount = amount + 1 where tenant_id = $1 and id = $2";
    private static final Group AFTERWARDS = Group.of("position", "select pg_current_wal_insert_lsn()::text");
    private static final List<TenantId> NAMES = IntStream.range(0, TENANTS)
            .mapToObj(ProductDatabase::tenant)
            .map(TenantId::of)
            .toList();

    private final AtomicLong asked = new AtomicLong();
    private final PositionSink sink = (timeline, lsn, shown) -> asked.lazySet(lsn.value());
    private final Leases leases;
    private final Options options;

    private PositionCost(Leases leases, Options options) {
        this.leases = leases;
        this.options = options;
    }

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("rounds", "20");
        options.put("slice", "1000");
        options.put("warmup", "20000");
        return options;
    }

    /** Runs reads, then updates. */
    public static Report run(Options options) {
        try (ProductDatabase database = new ProductDatabase()) {
            Report report = new Report("a call and its position", database.version(), options);
            Leases leases = NodeLeases.open(
                    database.locked().url(),
                    database.locked().credentials(Role.APP),
                    PoolSettings.ofMax(CONNECTIONS),
                    TimeoutSettings.DEFAULT,
                    new FairSemaphore(CONNECTIONS, MOST_WAITING));
            PositionCost cost = new PositionCost(leases, options);
            report.paragraph("%s", cost.compare("select", SELECT, PositionCost::rows));
            report.paragraph("%s", cost.compare("update", UPDATE, Session::rowsUpdated));
            leases.closeGracefully().block(PATIENCE);
            return report;
        }
    }

    private String compare(String name, String sql, BiFunction<Session, Group, Mono<?>> run) {
        return new PairedRounds(
                        CALLERS,
                        options.number("rounds"),
                        options.millis("slice"),
                        options.millis("warmup"),
                        name + ", position not asked",
                        () -> call(sql, (session, group) -> run.apply(session, group)))
                .way(
                        name + ", asked in the same write",
                        () -> call(sql, (session, group) -> run.apply(session, group.withPosition(sink))))
                .way(
                        name + ", asked by a statement afterwards",
                        () -> call(sql, (session, group) -> run.apply(session, group)
                                .then(rows(session, AFTERWARDS))))
                .run();
    }

    private Publisher<?> call(String sql, BiFunction<Session, Group, Mono<?>> work) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        TenantId tenant = NAMES.get(random.nextInt(TENANTS));
        long id = random.nextInt(ProductDatabase.IDS);
        AdmissionRequest request = new AdmissionRequest(
                tenant, Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(PATIENCE), null);
        Group group = new Group(
                "call", List.of(new Setting(Setting.TENANT, tenant.value())), sql, new Object[] {tenant.value(), id});
        return leases.use(LeaseRequest.onPrimary("call", request), session -> work.apply(session, group)
                .then());
    }

    private static Mono<List<String>> rows(Session session, Group group) {
        return session.rows(group, row -> row.get(0, String.class), 1);
    }
}

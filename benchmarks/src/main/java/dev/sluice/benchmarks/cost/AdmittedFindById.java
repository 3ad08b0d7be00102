package dev.sluice.benchmarks.cost;

import dev.sluice.PoolSettings;
import dev.sluice.TimeoutSettings;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.Admission;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.benchmarks.admission.FairSemaphore;
import dev.sluice.benchmarks.admission.MovingLimits;
import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.PairedRounds;
import dev.sluice.benchmarks.load.Report;
import dev.sluice.r2dbc.admission.FairAdmission;
import dev.sluice.r2dbc.pool.NodeLeases;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.Setting;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.cluster.Role;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * A point select with row-level security through a lease, under fair admission and under a plain semaphore: below the
 * repository, where the difference between the two weighs most.
 */
final class AdmittedFindById {

    private static final int CONNECTIONS = 16;
    private static final int CALLERS = 64;
    private static final int TENANTS = 100;
    private static final int MOST_WAITING = 5_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SQL = "select \"id\", \"name\", \"amount\" from \"public\".\"products\""
            + " where \"tenant_id\" = $1 and \"id\" = $2";
    private static final List<TenantId> NAMES = IntStream.range(0, TENANTS)
            .mapToObj(ProductDatabase::tenant)
            .map(TenantId::of)
            .toList();

    private AdmittedFindById() {}

    static void compare(ProductDatabase database, Options options, Report report) {
        Leases semaphore = open(database, new FairSemaphore(CONNECTIONS, MOST_WAITING));
        Leases fair = open(
                database,
                new FairAdmission("node", new MovingLimits(CONNECTIONS), CONNECTIONS, AdmissionObserver.NONE));
        String table = new PairedRounds(
                        CALLERS,
                        options.number("rounds"),
                        options.millis("slice"),
                        options.millis("warmup"),
                        "plain semaphore",
                        () -> findById(semaphore))
                .way("fair admission", () -> findById(fair))
                .run();
        Mono.when(semaphore.closeGracefully(), fair.closeGracefully()).block(PATIENCE);
        report.paragraph(
                "**findById through a lease**: %d closed-loop callers, %d connections, %d tenants, row-level security;"
                        + " %s paired rounds in one warm run, in rotating order.",
                CALLERS, CONNECTIONS, TENANTS, options.text("rounds"));
        report.paragraph("%s", table);
    }

    private static Leases open(ProductDatabase database, Admission admission) {
        return NodeLeases.open(
                database.locked().url(),
                database.locked().credentials(Role.APP),
                PoolSettings.ofMax(CONNECTIONS),
                TimeoutSettings.DEFAULT,
                admission);
    }

    private static Publisher<?> findById(Leases leases) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        TenantId tenant = NAMES.get(random.nextInt(TENANTS));
        long id = random.nextInt(ProductDatabase.IDS);
        AdmissionRequest request = new AdmissionRequest(
                tenant, Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(PATIENCE), null);
        Group group = new Group(
                "findById", List.of(new Setting(Setting.TENANT, tenant.value())), SQL, new Object[] {tenant.value(), id
                });
        return leases.use(
                LeaseRequest.onPrimary("findById", request),
                session -> session.rows(group, row -> row.get(1, String.class), 1));
    }
}

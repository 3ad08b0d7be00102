package dev.sluice.r2dbc;

import static dev.sluice.r2dbc.LimitsFixture.PATIENCE;
import static dev.sluice.r2dbc.LimitsFixture.POOL;
import static dev.sluice.r2dbc.LimitsFixture.perTenant;
import static dev.sluice.r2dbc.LimitsFixture.tenant;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Access;
import dev.sluice.access.AccessChange;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** The limits as a user meets them, on a real database. Who waits is an order of events, never a duration. */
@SluiceTest
class LimitsTest {

    private static final TenantId ACME = TenantId.of("acme");

    private final TestDatabase database;

    LimitsTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void aTenantHoldsNoMoreConnectionsOfTheServerThanItsLimit() {
        try (LimitsFixture node = new LimitsFixture(database, perTenant(2, 64))) {
            Holder first = node.hold("acme").mustHold();
            node.hold("acme").mustHold();
            Holder third = node.hold("acme");
            node.hold("globex").mustHold();

            node.awaitUse(3, 1);
            assertThat(database.sessions(Role.APP, "idle in transaction")).isEqualTo(3);

            first.close();
            third.mustHold();
        }
    }

    @Test
    void aReservedConnectionIsKeptForItsTenant() {
        AdmissionSettings reserved = perTenant(POOL, 64).withTenant(ACME, tenant(POOL, 2, 64));
        try (LimitsFixture node = new LimitsFixture(database, reserved)) {
            for (int i = 0; i < POOL - 2; i++) {
                node.hold("newcomer-" + i).mustHold();
            }
            Holder oneMore = node.hold("one-more");
            node.awaitUse(POOL - 2, 1);
            Holder first = node.hold("acme").mustHold();
            node.hold("acme").mustHold();
            first.close();
            node.awaitUse(POOL - 1, 1);

            node.sluice.limits().change(now -> now.withTenant(ACME, tenant(POOL, 1, 64)));
            oneMore.mustHold();
        }
    }

    @Test
    void aPrincipalHoldsNoMoreThanItsLimitAndNobodyElseWaitsForIt() {
        TenantLimits limits = new TenantLimits(POOL, 0, 1, 64, 0, new PrincipalLimits(1, 0));
        AccessChange ann = Access.tenant("acme").principal("ann");
        try (LimitsFixture node = new LimitsFixture(database, AdmissionSettings.DEFAULT.withTenantDefaults(limits))) {
            Holder first = node.hold(ann).mustHold();
            Holder second = node.hold(ann);
            node.hold(Access.tenant("acme").principal("bob")).mustHold();
            node.hold(Access.tenant("globex").principal("ann")).mustHold();

            node.awaitUse(3, 1);
            first.close();
            second.mustHold();
        }
    }

    @Test
    void aTenantWithAsManyWaitersAsItMayHaveIsToldTheNumbers() {
        try (LimitsFixture node = new LimitsFixture(database, perTenant(1, 2))) {
            node.hold("acme").mustHold();
            node.hold("acme");
            node.hold("acme");
            node.awaitUse(1, 2);

            assertThat(node.hold("acme").refusal())
                    .isInstanceOfSatisfying(AdmissionRejectedException.class, e -> {
                        assertThat(e.reason()).isEqualTo(Reason.TENANT_BUSY);
                        assertThat(e.tenant()).isEqualTo(ACME);
                        assertThat(e.workload()).isEqualTo(Workload.INTERACTIVE);
                        assertThat(e.limit()).isEqualTo(2);
                        assertThat(e.observed()).isEqualTo(2);
                        assertThat(e.retryAfter()).isPositive();
                    })
                    .hasMessageContaining("tenant 'acme'")
                    .hasMessageContaining("2 of its requests wait already (limit 2)");
            node.hold("globex").mustHold();
            node.awaitUse(2, 2);
        }
    }

    @Test
    void aTenantThatCallsTooOftenMayComeAgainWhenItWasToldTo() {
        TenantLimits limits = new TenantLimits(POOL, 0, 1, 64, 2, PrincipalLimits.NONE);
        try (LimitsFixture node = new LimitsFixture(database, AdmissionSettings.DEFAULT.withTenantDefaults(limits))) {
            mayComeAgainWhenToldTo(node, Access.tenant("acme"), 2);
        }
    }

    @Test
    void aPrincipalThatCallsTooOftenDoesNotStopTheOthersOfItsTenant() {
        TenantLimits limits = new TenantLimits(POOL, 0, 1, 64, 0, new PrincipalLimits(0, 1));
        try (LimitsFixture node = new LimitsFixture(database, AdmissionSettings.DEFAULT.withTenantDefaults(limits))) {
            rejection(node, Access.tenant("acme").principal("ann"));

            assertThat(node.call(Access.tenant("acme").principal("bob"))).isEqualTo(1);
            assertThat(node.call(Access.tenant("acme"))).isEqualTo(1);
            mayComeAgainWhenToldTo(node, Access.tenant("acme").principal("ann"), 1);
        }
    }

    private static void mayComeAgainWhenToldTo(LimitsFixture node, AccessChange access, int limit) {
        AdmissionRejectedException rejection = rejection(node, access);
        long told = System.nanoTime();

        assertThat(rejection.reason()).isEqualTo(Reason.RATE_LIMITED);
        assertThat(rejection.limit()).isEqualTo(limit);
        assertThat(rejection.retryAfter()).isBetween(Duration.ZERO, Duration.ofSeconds(1));
        Await.until(
                PATIENCE,
                () -> System.nanoTime() - told >= rejection.retryAfter().toNanos(),
                "the time it was told");
        assertThat(node.call(access)).isEqualTo(1);
    }

    /** Calls until that is too often, which on a slow machine may take more than one second's worth. */
    private static AdmissionRejectedException rejection(LimitsFixture node, AccessChange access) {
        AtomicReference<AdmissionRejectedException> rejection = new AtomicReference<>();
        Await.until(
                PATIENCE,
                () -> {
                    try {
                        node.call(access);
                    } catch (AdmissionRejectedException e) {
                        rejection.set(e);
                    }
                    return rejection.get() != null;
                },
                "it calls too often");
        return rejection.get();
    }

    @Test
    void aDryRunCountsWhatItWouldRejectAndLetsItThrough() {
        Rejections rejections = new Rejections();
        TenantLimits limits = new TenantLimits(1, 0, 1, 0, 1, PrincipalLimits.NONE);
        AdmissionSettings dryRun =
                AdmissionSettings.DEFAULT.withTenantDefaults(limits).withDryRun(true);
        try (LimitsFixture node = new LimitsFixture(database, dryRun, rejections)) {
            Holder first = node.hold("acme").mustHold();
            Holder second = node.hold("acme");

            node.awaitUse(1, 1);
            assertThat(rejections.dry).contains(Reason.TENANT_BUSY);
            first.close();
            second.mustHold().close();

            Await.until(
                    PATIENCE,
                    () -> node.call(Access.tenant("acme")) == 1 && rejections.dry.contains(Reason.RATE_LIMITED),
                    "it calls too often, and is counted");
            assertThat(rejections.real).isEmpty();
        }
    }

    /** The control of the dry run: the same limits in earnest. */
    @Test
    void inEarnestTheSameIsRejected() {
        Rejections rejections = new Rejections();
        TenantLimits limits = new TenantLimits(1, 0, 1, 0, 0, PrincipalLimits.NONE);
        try (LimitsFixture node =
                new LimitsFixture(database, AdmissionSettings.DEFAULT.withTenantDefaults(limits), rejections)) {
            node.hold("acme").mustHold();

            assertThat(node.hold("acme").refusal()).isInstanceOf(AdmissionRejectedException.class);
            assertThat(rejections.real).containsExactly(Reason.TENANT_BUSY);
            assertThat(rejections.dry).isEmpty();
        }
    }

    private static final class Rejections implements AdmissionObserver {

        private final Queue<Reason> dry = new ConcurrentLinkedQueue<>();
        private final Queue<Reason> real = new ConcurrentLinkedQueue<>();

        @Override
        public void rejected(String node, AdmissionRequest request, Reason reason, long waited, boolean dryRun) {
            (dryRun ? dry : real).add(reason);
        }
    }

    @Test
    void streamsHoldHalfANodeAtMost() {
        Sinks.Empty<Integer> letGo = Sinks.empty();
        AtomicInteger reading = new AtomicInteger();
        try (LimitsFixture node = new LimitsFixture(database, perTenant(POOL, 64))) {
            Flux<Integer> rows =
                    node.sluice.sql("select i from generate_series(1, 9) as i").as(Integer.class).stream(1);
            CompletableFuture<Long> streams = Flux.range(0, POOL)
                    .flatMap(
                            i -> rows.concatMap(row -> {
                                        reading.incrementAndGet();
                                        return letGo.asMono();
                                    })
                                    .contextWrite(Access.tenant("tenant-" + i)),
                            POOL)
                    .count()
                    .toFuture();

            Await.until(PATIENCE, () -> reading.get() == POOL / 2, "half of the streams read");
            node.awaitUse(POOL / 2, POOL - POOL / 2);
            assertThat(node.call(Access.tenant("tenant-0"))).isEqualTo(1);

            letGo.tryEmitEmpty().orThrow();
            assertThat(streams.join()).isZero();
        }
    }

    @Test
    void theDoorAcrossTenantsAndSluiceItselfGoOnWhereEveryConnectionIsReserved() {
        AdmissionSettings reserved = perTenant(POOL, 64).withTenant(ACME, tenant(POOL, POOL, 64));
        try (LimitsFixture node = new LimitsFixture(database, reserved)) {
            node.hold("globex");
            node.awaitUse(0, 1);
            assertThat(throughTheDoor(node)).isEqualTo(1);
            node.sluice.ping().block(PATIENCE);
            for (int i = 0; i < POOL; i++) {
                node.hold("acme").mustHold();
            }
            assertThat(throughTheDoor(node)).isEqualTo(1);
            node.awaitUse(POOL, 1);
            node.sluice.limits().change(now -> now.withTenant(ACME, tenant(POOL, 0, 64)));
        }
    }

    private static Integer throughTheDoor(LimitsFixture node) {
        return node.sluice
                .acrossTenants("a report")
                .query("select 1", Map.of(), row -> row.get(0, Integer.class))
                .blockFirst(PATIENCE);
    }
}

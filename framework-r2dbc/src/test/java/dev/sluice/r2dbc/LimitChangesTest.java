package dev.sluice.r2dbc;

import static dev.sluice.r2dbc.LimitsFixture.POOL;
import static dev.sluice.r2dbc.LimitsFixture.perTenant;
import static dev.sluice.r2dbc.LimitsFixture.tenant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Access;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Limits that change while calls hold and wait for connections. */
@SluiceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitChangesTest {

    private static final Workload NIGHTLY = Workload.of("nightly");
    private static final AdmissionSettings CONFIGURED =
            perTenant(2, 64).withWorkload(NIGHTLY, new WorkloadLimits(Priority.BACKGROUND, 1));

    private final TestDatabase database;
    private LimitsFixture idle;

    LimitChangesTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void connect() {
        idle = new LimitsFixture(database, CONFIGURED);
    }

    @AfterAll
    void close() {
        idle.close();
    }

    @Test
    void aRaisedLimitLetsAWaiterInAndALoweredOneHoldsForTheNextGrant() {
        try (LimitsFixture node = new LimitsFixture(database, perTenant(1, 64))) {
            Holder first = node.hold("acme").mustHold();
            Holder second = node.hold("acme");
            node.awaitUse(1, 1);

            node.sluice.limits().change(now -> now.withTenantDefaults(tenant(2, 0, 64)));
            second.mustHold();

            node.sluice.limits().change(now -> now.withTenantDefaults(tenant(1, 0, 64)));
            Holder third = node.hold("acme");
            first.close();
            node.awaitUse(1, 1);
            second.close();
            third.mustHold();
        }
    }

    @Test
    void aSmallerNodeDrainsAndALargerOneLetsWaitersIn() {
        try (LimitsFixture node = new LimitsFixture(database, perTenant(POOL, 64))) {
            Holder first = node.hold("acme").mustHold();
            Holder second = node.hold("globex").mustHold();

            node.sluice.limits().change(now -> now.withMaxConnections(1));
            Holder third = node.hold("initech");
            first.close();
            node.awaitUse(1, 1);
            assertThat(node.sluice.nodes()).singleElement().returns(1, R2dbcSluice.NodeUse::limit);

            node.sluice.limits().change(now -> now.withMaxConnections(2));
            third.mustHold();
            second.close();
        }
    }

    @Test
    void aWorkloadsLimitChangesAsWellAndANewWorkloadMayBeUsed() {
        try (LimitsFixture node = new LimitsFixture(database, CONFIGURED)) {
            node.hold(Access.tenant("acme").workload("nightly")).mustHold();
            Holder second = node.hold(Access.tenant("globex").workload("nightly"));
            node.awaitUse(1, 1);

            node.sluice.limits().change(now -> now.withWorkload(NIGHTLY, new WorkloadLimits(Priority.BACKGROUND, 2)));
            second.mustHold();

            assertThatThrownBy(() -> node.call(Access.tenant("acme").workload("exports")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("workload 'exports' is not configured (expected one of: [")
                    .hasMessageContaining("nightly");
            node.sluice
                    .limits()
                    .change(now -> now.withWorkload(Workload.of("exports"), new WorkloadLimits(Priority.STANDARD, 0)));
            assertThat(node.call(Access.tenant("initech").workload("exports"))).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contradictions")
    void aContradictoryChangeNamesThePropertyAndChangesNothing(
            String message, UnaryOperator<AdmissionSettings> contradiction) {
        AdmissionSettings before = idle.sluice.limits().current();

        assertThatThrownBy(() -> idle.sluice
                        .limits()
                        .change(now -> contradiction.apply(now.withMaxWaiting(1).withDryRun(true))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);

        assertThat(idle.sluice.limits().current()).isSameAs(before).isEqualTo(CONFIGURED);
        assertThat(idle.primary().limit()).isEqualTo(POOL);
    }

    static Stream<Arguments> contradictions() {
        return Stream.of(
                contradiction(
                        "tenants.overrides: 8 connections reserved in all (expected: <= the 6 of a node)",
                        now -> now.withTenant(TenantId.of("acme"), tenant(4, 4, 64))
                                .withTenant(TenantId.of("globex"), tenant(4, 4, 64))),
                contradiction(
                        "tenants.overrides: 2 connections reserved in all (expected: <= the 1 of a node)",
                        now -> now.withMaxConnections(1).withTenant(TenantId.of("acme"), tenant(2, 2, 64))),
                contradiction(
                        "reserved: 3 (expected: <= max-connections, which is 2)",
                        now -> now.withTenant(TenantId.of("acme"), tenant(2, 3, 64))),
                contradiction(
                        "weight: 0 (expected: >= 1)",
                        now -> now.withTenantDefaults(new TenantLimits(2, 0, 0, 64, 0, PrincipalLimits.NONE))),
                contradiction(
                        "tenants.defaults.reserved: 1 (expected: 0", now -> now.withTenantDefaults(tenant(2, 1, 64))),
                contradiction(
                        "admission.max-connections: 7 (expected: <= pool.max, which is 6)",
                        now -> now.withMaxConnections(7)),
                contradiction("admission.max-waiting: -1 (expected: >= 0)", now -> now.withMaxWaiting(-1)),
                contradiction(
                        "max-connections: -1 (expected: >= 0)",
                        now -> now.withWorkload(NIGHTLY, new WorkloadLimits(Priority.BACKGROUND, -1))),
                contradiction(
                        "workloads: 'nightly' is missing (expected: every workload stays",
                        LimitChangesTest::withoutNightly));
    }

    private static AdmissionSettings withoutNightly(AdmissionSettings now) {
        Map<Workload, WorkloadLimits> workloads = new HashMap<>(now.workloads());
        workloads.remove(NIGHTLY);
        return new AdmissionSettings(
                now.maxConnections(),
                now.maxWaiting(),
                now.dryRun(),
                now.tenantDefaults(),
                now.tenantOverrides(),
                workloads);
    }

    private static Arguments contradiction(String message, UnaryOperator<AdmissionSettings> change) {
        return Arguments.of(message, change);
    }
}

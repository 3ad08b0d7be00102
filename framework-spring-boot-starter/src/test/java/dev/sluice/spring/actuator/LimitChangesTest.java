package dev.sluice.spring.actuator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.tenant.TenantId;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitChangesTest {

    private static final AdmissionSettings BEFORE = AdmissionSettings.DEFAULT;

    @Test
    void limitsThatNeedEachOtherChangeTogetherInAnyOrder() {
        AdmissionSettings after = LimitChanges.apply(
                BEFORE,
                Map.of(
                        "tenants.overrides.acme.reserved", "8",
                        "sluice.tenants.overrides.acme.max-connections", "12",
                        "tenants.overrides.acme.per-principal.max-connections", "2",
                        "tenants.overrides.acme.per-principal.rate-limit", "7",
                        "tenants.overrides.acme.rate-limit", "100"));
        assertThat(after.limitsOf(TenantId.of("acme")))
                .isEqualTo(new TenantLimits(12, 8, 1, 64, 100, new PrincipalLimits(2, 7)));
        assertThat(after.tenantDefaults()).isEqualTo(BEFORE.tenantDefaults());
    }

    @Test
    void assignmentsAreReadWithCommasOrLineBreaksBetweenThem() {
        assertThat(Assignments.parse(" a.b = 1,c=x=y\n d= "))
                .containsExactly(Map.entry("a.b", "1"), Map.entry("c", "x=y"), Map.entry("d", ""));
        for (String wrong : new String[] {"", " , ", "=1", "a", "a=1,a=2"}) {
            assertThatThrownBy(() -> Assignments.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aTenantMayHaveDotsInItsName() {
        AdmissionSettings after = LimitChanges.apply(BEFORE, Map.of("tenants.overrides.eu.acme.weight", "4"));
        assertThat(after.limitsOf(TenantId.of("eu.acme")).weight()).isEqualTo(4);
    }

    @Test
    void workloadsMayBeChangedAndAdded() {
        AdmissionSettings after = LimitChanges.apply(
                BEFORE,
                Map.of("workloads.background.max-connections", "3", "workloads.exports.priority", "background"));
        assertThat(after.workloads())
                .containsEntry(Workload.BACKGROUND, new WorkloadLimits(Priority.BACKGROUND, 3))
                .containsEntry(Workload.of("exports"), new WorkloadLimits(Priority.BACKGROUND, 0));
    }

    @Test
    void theNodeMayBeChanged() {
        AdmissionSettings after = LimitChanges.apply(
                BEFORE,
                Map.of("admission.max-connections", "7", "admission.max-waiting", "9", "admission.dry-run", "true"));
        assertThat(after.maxConnections()).isEqualTo(7);
        assertThat(after.maxWaiting()).isEqualTo(9);
        assertThat(after.dryRun()).isTrue();
    }

    @Test
    void whatIsUnknownIsNamed() {
        for (String key :
                new String[] {"pool.max", "tenants.overrides.acme", "workloads.background", "workloads.x.y", ""}) {
            assertThatThrownBy(() -> LimitChanges.apply(BEFORE, Map.of(key, "1")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(key + ": unknown");
        }
    }

    @Test
    void aContradictionNamesTheProperty() {
        assertThatThrownBy(() -> LimitChanges.apply(BEFORE, Map.of("tenants.overrides.acme.reserved", "6")))
                .hasMessageContaining("tenants.overrides.acme.reserved: 6 (expected: <= max-connections, which is 5)");
        assertThatThrownBy(() -> LimitChanges.apply(BEFORE, Map.of("tenants.defaults.max-waiting", "1.5")))
                .hasMessageContaining("tenants.defaults.max-waiting: '1.5' (expected: a whole number)");
    }
}

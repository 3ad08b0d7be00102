package dev.sluice.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.spring.alert.AlertSignals;
import dev.sluice.spring.migration.MigrationObserver;
import dev.sluice.tenant.TenantId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdmissionMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AdmissionMeters meters = new AdmissionMeters(registry, new AlertSignals(System::nanoTime));
    private final AdmissionRequest request = new AdmissionRequest(
            TenantId.of("acme"), Workload.REPORTING, Priority.STANDARD, Deadline.after(Duration.ofSeconds(1)), "ann");

    @Test
    void waitsAreTimedByOutcome() {
        meters.granted("primary", request, 2_000_000);
        meters.granted("primary", request, 4_000_000);
        meters.cancelled("primary", request, 1_000_000);
        meters.rejected("primary", request, Reason.DEADLINE, 5_000_000, false);
        meters.shared("primary", request, 3_000_000);
        assertThat(millis("shared")).isEqualTo(3);
        assertThat(millis("granted")).isEqualTo(6);
        assertThat(millis("cancelled")).isEqualTo(1);
        assertThat(millis("rejected")).isEqualTo(5);
    }

    @Test
    void rejectionsAreCountedByReasonAndDryOnesApart() {
        meters.rejected("primary", request, Reason.TENANT_BUSY, 0, false);
        meters.rejected("primary", request, Reason.TENANT_BUSY, 0, true);
        meters.rejected("primary", request, Reason.TENANT_BUSY, 0, true);
        assertThat(rejected("false")).isEqualTo(1);
        assertThat(rejected("true")).isEqualTo(2);
    }

    @Test
    void waitsForTheMigrationLockAreCountedByTheThresholdsOfAlerts() {
        MigrationMeters migrations = new MigrationMeters(
                registry, new AlertSignals(System::nanoTime), Duration.ofSeconds(30), Duration.ofSeconds(60));
        for (int seconds : new int[] {0, 29, 31, 61}) {
            migrations.lockWaited(Duration.ofSeconds(seconds), MigrationObserver.Outcome.MIGRATED_BY_ANOTHER);
        }

        assertThat(registry.get("sluice.migration.lock.wait")
                        .tag("outcome", "migrated_by_another")
                        .timer()
                        .takeSnapshot()
                        .histogramCounts())
                .extracting(bucket -> bucket.bucket(TimeUnit.SECONDS), bucket -> bucket.count())
                .containsExactly(tuple(30.0, 2.0), tuple(60.0, 3.0));
    }

    private double millis(String outcome) {
        return registry.get("sluice.admission.wait")
                .tags("node", "primary", "workload", "reporting", "outcome", outcome)
                .timer()
                .totalTime(TimeUnit.MILLISECONDS);
    }

    private double rejected(String dryRun) {
        return registry.get("sluice.admission.rejected")
                .tags("reason", "tenant_busy", "dry.run", dryRun)
                .counter()
                .count();
    }
}

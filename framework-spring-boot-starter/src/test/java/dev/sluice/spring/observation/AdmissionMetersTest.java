package dev.sluice.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.consistency.RouteObserver;
import dev.sluice.spring.FakeSluice;
import dev.sluice.spring.ThreeNodes;
import dev.sluice.spring.migration.MigrationObserver;
import dev.sluice.tenant.TenantId;
import dev.sluice.work.Worker;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class AdmissionMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AdmissionMeters meters = new AdmissionMeters(registry);
    private final AdmissionRequest request = new AdmissionRequest(
            TenantId.of("acme"), Workload.REPORTING, Priority.STANDARD, Deadline.after(Duration.ofSeconds(1)), "ann");

    @Test
    void waitsAreTimedByOutcome() {
        meters.granted("primary", request, 2_000_000);
        meters.granted("primary", request, 4_000_000);
        meters.cancelled("primary", request, 1_000_000);
        meters.rejected("primary", request, Reason.DEADLINE, 5_000_000, false);
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
    void everyMeterOfTheEnumExistsAndNoTenantIsATag() {
        meters.granted("primary", request, 0);
        meters.rejected("primary", request, Reason.OVERLOADED, 0, false);
        new ConnectionMeters(new FakeSluice()).bindTo(registry);
        new RouteMeters(registry).routed("primary", false, RouteObserver.Reason.WRITE);
        new TransactionMeters(registry).idled(1);
        new ReplicaMeters(new ThreeNodes()).bindTo(registry);
        new MigrationMeters(registry, Duration.ofSeconds(30), Duration.ofSeconds(60))
                .lockWaited(Duration.ZERO, MigrationObserver.Outcome.CURRENT);
        new WorkerMeters(new FakeSluice(), List.of(Worker.once("fake", run -> Mono.empty()))).bindTo(registry);
        assertThat(registry.getMeters().stream().map(meter -> meter.getId().getName()))
                // What this registry makes of a timer's buckets.
                .filteredOn(name -> !name.endsWith(".histogram"))
                .containsOnly(Arrays.stream(SluiceMeter.values())
                        .map(SluiceMeter::meterName)
                        .toArray(String[]::new));
        assertThat(registry.getMeters().stream()
                        .map(Meter::getId)
                        .flatMap(id -> id.getTags().stream())
                        .map(tag -> tag.getValue()))
                .doesNotContain("acme", "ann");
    }

    @Test
    void waitsForTheMigrationLockAreCountedByTheThresholdsOfAlerts() {
        MigrationMeters migrations = new MigrationMeters(registry, Duration.ofSeconds(30), Duration.ofSeconds(60));
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

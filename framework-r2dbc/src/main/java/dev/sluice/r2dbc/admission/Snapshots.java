package dev.sluice.r2dbc.admission;

import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionSnapshot;
import dev.sluice.admission.AdmissionSnapshot.TenantUse;
import dev.sluice.admission.AdmissionSnapshot.WorkloadUse;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Makes immutable views of a scheduler. */
final class Snapshots {

    private static final Comparator<TenantUse> BUSIEST = Comparator.comparingInt(TenantUse::inUse)
            .thenComparingInt(TenantUse::waiting)
            .thenComparingLong(TenantUse::rejections)
            .reversed();

    private static final Comparator<TenantState> LEAST_BUSY =
            Comparator.<TenantState>comparingInt(tenant -> tenant.inFlight).thenComparingInt(tenant -> tenant.waiting);

    private Snapshots() {}

    static AdmissionSnapshot of(FairScheduler scheduler, RejectionTally rejected, int mostTenants, long now) {
        return new AdmissionSnapshot(
                scheduler.node().limit(),
                scheduler.node().inFlight(),
                scheduler.waiting(),
                tenants(scheduler, rejected, mostTenants, now),
                scheduler.workloads().stream().map(Snapshots::workload).toList());
    }

    // Inside, where everybody waits: one look at each tenant, and more only at those that are shown.
    private static List<TenantUse> tenants(FairScheduler scheduler, RejectionTally rejected, int most, long now) {
        if (most == 0) {
            return List.of();
        }
        PriorityQueue<TenantState> busiest = new PriorityQueue<>(LEAST_BUSY);
        for (TenantState tenant : scheduler.tenants()) {
            busiest.add(tenant);
            if (busiest.size() > most) {
                busiest.remove();
            }
        }
        Map<@Nullable TenantId, TenantUse> uses = new LinkedHashMap<>();
        busiest.forEach(tenant -> uses.put(tenant.id, use(tenant, rejected, now)));
        rejected.byTenant()
                .forEach((tenant, reasons) ->
                        uses.putIfAbsent(tenant, new TenantUse(tenant, 0, 0, Duration.ZERO, Map.copyOf(reasons))));
        return uses.values().stream().sorted(BUSIEST).limit(most).toList();
    }

    private static TenantUse use(TenantState tenant, RejectionTally rejected, long now) {
        Map<Reason, Long> reasons = rejected.byTenant().get(tenant.id);
        Duration oldest = tenant.waiting == 0 ? Duration.ZERO : Duration.ofNanos(now - tenant.oldestArrivalNanos());
        return new TenantUse(
                tenant.id, tenant.inFlight, tenant.waiting, oldest, reasons == null ? Map.of() : Map.copyOf(reasons));
    }

    private static WorkloadUse workload(WorkloadState workload) {
        return new WorkloadUse(
                workload.name, workload.limits, workload.inFlight, workload.waiting(), Duration.ofNanos((long)
                        workload.serviceTime.nanos()));
    }
}

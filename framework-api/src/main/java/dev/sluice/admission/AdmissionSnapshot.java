package dev.sluice.admission;

import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who uses a node at one instant.
 *
 * @param limit most connections at once
 * @param inUse connections whose permits are out
 * @param waiting requests that wait
 * @param tenants the busiest first; no more than were asked for
 * @param workloads every workload that was used since the start
 */
public record AdmissionSnapshot(
        int limit, int inUse, int waiting, List<TenantUse> tenants, List<WorkloadUse> workloads) {

    /**
     * What one tenant uses.
     *
     * @param tenant the tenant; null for work across tenants
     * @param inUse its connections
     * @param waiting its waiters
     * @param oldestWait how long its oldest waiter has waited; zero if nobody waits
     * @param rejected how often it was rejected, by reason; forgotten when 1,000 other tenants were rejected since
     */
    public record TenantUse(
            @Nullable TenantId tenant, int inUse, int waiting, Duration oldestWait, Map<Reason, Long> rejected) {

        /** @return how often it was rejected */
        public long rejections() {
            return rejected.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * What one workload uses.
     *
     * @param workload the workload
     * @param limits its limits in force
     * @param inUse its connections
     * @param waiting its waiters
     * @param serviceTime how long its calls hold a connection, on average; zero before the first has ended
     */
    public record WorkloadUse(Workload workload, WorkloadLimits limits, int inUse, int waiting, Duration serviceTime) {}
}

package dev.sluice.admission;

import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.tenant.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * What a call asks for: one connection.
 *
 * @param tenant for whom; null for work across tenants
 * @param workload which kind of work
 * @param priority order among waiters
 * @param deadline by when the call must have its answer
 * @param principal who within the tenant; null means nobody in particular
 */
public record AdmissionRequest(
        @Nullable TenantId tenant,
        Workload workload,
        Priority priority,
        Deadline deadline,
        @Nullable String principal) {}

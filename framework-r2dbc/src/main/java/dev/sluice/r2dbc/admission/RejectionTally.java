package dev.sluice.r2dbc.admission;

import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.tenant.TenantId;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How often the tenants were rejected that were last; those of longer ago are forgotten. Not thread-safe. */
final class RejectionTally {

    private static final int MOST_TENANTS = 1_000;
    private static final float LOAD = 0.75f;

    private final Map<@Nullable TenantId, Map<Reason, Long>> tenants = new LinkedHashMap<>(16, LOAD, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<@Nullable TenantId, Map<Reason, Long>> eldest) {
            return size() > MOST_TENANTS;
        }
    };

    void count(@Nullable TenantId tenant, Reason reason) {
        tenants.computeIfAbsent(tenant, id -> new EnumMap<>(Reason.class)).merge(reason, 1L, Long::sum);
    }

    Map<@Nullable TenantId, Map<Reason, Long>> byTenant() {
        return tenants;
    }
}

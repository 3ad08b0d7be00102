package dev.sluice.r2dbc.admission;

import dev.sluice.admission.LimitSource;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.tenant.TenantId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tenants that have permits or waiters. */
final class Tenants {

    private static final TenantLimits NO_TENANT =
            new TenantLimits(Integer.MAX_VALUE, 0, 1, Integer.MAX_VALUE, 0, PrincipalLimits.NONE);

    private final LimitSource limits;
    private final Charges charges;
    private final Map<@Nullable TenantId, TenantState> states = new HashMap<>();

    Tenants(LimitSource limits, Charges charges) {
        this.limits = limits;
        this.charges = charges;
    }

    TenantState of(@Nullable TenantId id) {
        TenantState known = states.get(id);
        if (known == null) {
            known = new TenantState(id, limits(id));
            charges.recall(known);
            states.put(id, known);
        }
        return known;
    }

    void forgetIfEmpty(TenantState tenant, @Nullable PrincipalState principal) {
        tenant.forgetIfEmpty(principal);
        if (tenant.isEmpty()) {
            states.remove(tenant.id);
            charges.remember(tenant);
        }
    }

    void limitsChanged() {
        for (TenantState tenant : states.values()) {
            int before = tenant.limits.weight();
            tenant.limits = limits(tenant.id);
            for (TenantQueue queue : tenant.queues) {
                queue.lane.priorityClass.weights += tenant.limits.weight() - before;
                queue.lane.weights += tenant.limits.weight() - before;
                queue.placeAll();
            }
        }
    }

    Collection<TenantState> all() {
        return states.values();
    }

    private TenantLimits limits(@Nullable TenantId id) {
        return id == null ? NO_TENANT : limits.tenant(id);
    }
}

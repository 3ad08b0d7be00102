package dev.sluice.r2dbc.admission;

import dev.sluice.tenant.TenantId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What tenants have been charged for the time that they held connections. A grant is charged with what its tenant's calls
 * take on average, and the charge is corrected when the call ends. A tenant that leaves while it is charged for more than
 * the others is remembered until they have caught up or nobody waits: one that forgot its charges between two calls
 * would else always be first.
 */
final class Charges {

    /** More are forgiven, the oldest first. */
    private static final int MOST_REMEMBERED = 10_000;

    private static final float LOAD = 0.75f;

    private final Iterable<PriorityClass> classes;
    private final Map<@Nullable TenantId, double[]> left = new LinkedHashMap<>(16, LOAD) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<@Nullable TenantId, double[]> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    Charges(Iterable<PriorityClass> classes) {
        this.classes = classes;
    }

    /** Charges a slot, and has the virtual time of its class go on to where the first of those that waited was due. */
    void charge(TenantQueue queue, Slot slot, double firstDue) {
        PriorityClass to = queue.lane.priorityClass;
        double due = queue.due();
        slot.isCharged = true;
        slot.charge = queue.serviceNanos() / queue.weight();
        to.goOn(Math.min(due, firstDue), slot.grantedNanos);
        queue.tenant.served(to, due + slot.charge);
        queue.floor = to.virtualTime;
    }

    /** Charges for the time that the slot was really held. */
    void correct(Slot slot, long now) {
        TenantState tenant = slot.tenant;
        tenant.recordService(slot.workload.lane(slot.priorityClass), slot.servedNanos(now));
        if (slot.isCharged) {
            PriorityClass to = slot.priorityClass;
            double owed = (double) (now - slot.grantedNanos) / tenant.limits.weight();
            tenant.served(to, tenant.served(to) + owed - slot.charge);
        }
    }

    void remember(TenantState tenant) {
        double[] served = tenant.charges();
        if (served == null) {
            return;
        }
        for (PriorityClass each : classes) {
            if (served[each.index] > each.virtualTime) {
                left.put(tenant.id, served);
                return;
            }
        }
    }

    void recall(TenantState tenant) {
        if (!left.isEmpty()) {
            tenant.charges(left.remove(tenant.id));
        }
    }

    /** Nobody waits, so nobody goes before anybody. */
    void forget() {
        if (!left.isEmpty()) {
            left.clear();
        }
    }

    int remembered() {
        return left.size();
    }
}

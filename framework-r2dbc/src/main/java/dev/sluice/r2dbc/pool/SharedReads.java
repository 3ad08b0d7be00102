package dev.sluice.r2dbc.pool;

import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.r2dbc.session.SharedRead;
import dev.sluice.tenant.TenantId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The reads by id that wait for a permit of a node. Each waits in its own place of the admission's queue, with its own deadline;
 * whoever of them gets a permit takes along, when his statement is about to be sent, others of its {@link Kind}. So nobody
 * waits in order to share, and nobody is later than he would be alone. Thread-safe.
 *
 * <p>Who takes a read out of here has it: that is the one decision between a permit, a cancel, a rejection and another one's
 * statement. Nobody is called while the lock is held.
 */
final class SharedReads {

    /** Reads that one statement can answer: the same statement, of one tenant, in no other order of urgency. */
    record Kind(SharedRead read, TenantId tenant, Workload workload, Priority priority) {

        static @Nullable Kind of(@Nullable SharedRead read, AdmissionRequest request) {
            TenantId tenant = request.tenant();
            return read == null || tenant == null
                    ? null
                    : new Kind(read, tenant, request.workload(), request.priority());
        }
    }

    /** Where a read is; guarded by the lock. */
    enum Place {
        NOT_YET,
        WAITING,
        TAKEN,
        OVER
    }

    private final int most;
    private final Map<Kind, Set<UseCall<?>>> waiting = new HashMap<>();
    private final Set<SharedStatement> running = ConcurrentHashMap.newKeySet();

    /** @param most reads that share a statement */
    SharedReads(int most) {
        this.most = most;
    }

    boolean areShared() {
        return most > 1;
    }

    /** Lets a read be taken along from now on, unless its wait is over already. */
    void add(UseCall<?> call, Kind kind) {
        synchronized (waiting) {
            if (call.place == Place.NOT_YET) {
                call.place = Place.WAITING;
                call.kind = kind;
                waiting.computeIfAbsent(kind, none -> new LinkedHashSet<>()).add(call);
            }
        }
    }

    /** Ends the wait of a read; false if another one has taken it along. */
    boolean end(UseCall<?> call) {
        synchronized (waiting) {
            Kind kind = call.kind;
            if (kind != null && call.place == Place.WAITING) {
                remove(call, kind);
            }
            boolean own = call.place != Place.TAKEN;
            call.place = own ? Place.OVER : Place.TAKEN;
            return own;
        }
    }

    private void remove(UseCall<?> call, Kind kind) {
        Set<UseCall<?>> alike = waiting.get(kind);
        if (alike != null && alike.remove(call) && alike.isEmpty()) {
            waiting.remove(kind);
        }
    }

    /** The kind of a read, if others of it wait; else null. */
    @Nullable
    Kind kindOfOthers(UseCall<?> call) {
        synchronized (waiting) {
            Kind kind = call.kind;
            return kind != null && waiting.containsKey(kind) ? kind : null;
        }
    }

    /** Takes out, in their order, as many as go along with one that is not here any more. */
    List<UseCall<?>> take(Kind kind) {
        List<UseCall<?>> taken = new ArrayList<>();
        synchronized (waiting) {
            Set<UseCall<?>> alike = waiting.getOrDefault(kind, Set.of());
            Iterator<UseCall<?>> next = alike.iterator();
            while (next.hasNext() && taken.size() < most - 1) {
                UseCall<?> call = next.next();
                next.remove();
                call.place = Place.TAKEN;
                taken.add(call);
            }
            if (alike.isEmpty()) {
                waiting.remove(kind);
            }
        }
        return taken;
    }

    void started(SharedStatement statement) {
        running.add(statement);
    }

    void ended(SharedStatement statement) {
        running.remove(statement);
    }

    /** Ends the reads whose deadline has passed while their statement runs; whether any is left to look at. */
    boolean checkDeadlines() {
        running.forEach(SharedStatement::checkDeadlines);
        return !running.isEmpty();
    }
}

package dev.sluice.r2dbc.admission;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one principal of a tenant has in flight and where it waits. */
final class PrincipalState {

    final String name;
    int inFlight;
    private List<PrincipalQueue> queues = List.of();

    PrincipalState(String name) {
        this.name = name;
    }

    void joined(PrincipalQueue queue) {
        if (queues.isEmpty()) {
            queues = new ArrayList<>(1);
        }
        queues.add(queue);
    }

    void left(PrincipalQueue queue) {
        queues.remove(queue);
    }

    /** Where it waits in a lane of its tenant; null if it does not. */
    @Nullable
    PrincipalQueue queueIn(TenantQueue tenantQueue) {
        for (PrincipalQueue queue : queues) {
            if (queue.tenantQueue == tenantQueue) {
                return queue;
            }
        }
        return null;
    }

    /** Puts its queues where they belong after its use has changed. */
    void placeQueues() {
        for (PrincipalQueue queue : queues) {
            queue.tenantQueue.place(queue);
        }
    }

    boolean isEmpty() {
        return inFlight == 0 && queues.isEmpty();
    }
}

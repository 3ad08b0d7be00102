package dev.sluice.r2dbc.admission;

import dev.sluice.admission.AdmissionRequest;
import org.jspecify.annotations.Nullable;

/** A request that may have to wait. What is not final belongs to the scheduler. */
class QueuedRequest extends IndexedHeap.Element {

    final AdmissionRequest request;
    long arrivedNanos;
    /** Its place in the order of arrival. */
    long arrival;
    /** Where it waits; null when it does not. */
    @Nullable
    PrincipalQueue queue;

    @Nullable
    QueuedRequest before;

    @Nullable
    QueuedRequest after;

    QueuedRequest(AdmissionRequest request) {
        this.request = request;
    }

    final boolean isWaiting() {
        return queue != null;
    }

    final PrincipalQueue whereItWaits() {
        PrincipalQueue waitsIn = queue;
        if (waitsIn == null) {
            throw new IllegalStateException("the request does not wait");
        }
        return waitsIn;
    }

    final TenantState tenant() {
        return whereItWaits().tenantQueue.tenant;
    }

    final @Nullable PrincipalState principal() {
        return whereItWaits().principal;
    }

    final boolean isExpired(long now) {
        return request.deadline().nanoTime() - now <= 0;
    }

    static int byDeadline(QueuedRequest one, QueuedRequest other) {
        return Long.signum(
                one.request.deadline().nanoTime() - other.request.deadline().nanoTime());
    }
}

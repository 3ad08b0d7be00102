package dev.sluice.r2dbc.admission;

import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
import java.time.Duration;

/** Says why a request was not let in, with the numbers. */
final class Rejections {

    private static final Duration SOON = Duration.ofMillis(1);

    private Rejections() {}

    static AdmissionRejectedException tenantBusy(AdmissionRequest request, int limit, int waiting, WaitEstimate wait) {
        return of(request, Reason.TENANT_BUSY, limit, waiting, wait.untilNextTurn());
    }

    static AdmissionRejectedException overloaded(AdmissionRequest request, int limit, int waiting, WaitEstimate wait) {
        return of(request, Reason.OVERLOADED, limit, waiting, wait.untilNextTurn());
    }

    static AdmissionRejectedException tooLate(AdmissionRequest request, long leftNanos, WaitEstimate wait) {
        return of(
                request, Reason.DEADLINE, millis(leftNanos), millis((long) wait.nanos()), wait.untilWithin(leftNanos));
    }

    static AdmissionRejectedException expired(AdmissionRequest request, long waitedNanos) {
        return of(request, Reason.DEADLINE, 0, millis(waitedNanos), SOON);
    }

    private static AdmissionRejectedException of(
            AdmissionRequest request, Reason reason, int limit, int observed, Duration retryAfter) {
        return new AdmissionRejectedException(
                request.tenant(), request.workload(), reason, limit, observed, retryAfter);
    }

    private static int millis(long nanos) {
        return (int) Math.min(Integer.MAX_VALUE, nanos / 1_000_000);
    }
}

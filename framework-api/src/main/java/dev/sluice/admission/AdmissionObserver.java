package dev.sluice.admission;

import dev.sluice.admission.AdmissionRejectedException.Reason;

/**
 * Is told of every decision, for meters. Called on the thread of the caller, so it must be quick, must not
 * block and must not throw. Thread-safe.
 */
public interface AdmissionObserver {

    /** Hears nothing. */
    AdmissionObserver NONE = new AdmissionObserver() {};

    /**
     * A permit was given.
     *
     * @param node for a connection of which node
     * @param request who asked
     * @param waitedNanos how long it waited, in nanoseconds; 0 if it did not
     */
    default void granted(String node, AdmissionRequest request, long waitedNanos) {}

    /**
     * A request was rejected.
     *
     * @param node by which node; {@code all} for a limit of rates, which no node keeps
     * @param request who asked
     * @param reason why
     * @param waitedNanos how long it had waited, in nanoseconds; 0 if it was rejected on arrival
     * @param dryRun whether it only would have been rejected
     */
    default void rejected(String node, AdmissionRequest request, Reason reason, long waitedNanos, boolean dryRun) {}

    /**
     * A waiter lost interest before it heard whether it has a permit.
     *
     * @param node in which node
     * @param request who asked
     * @param waitedNanos how long it had waited, in nanoseconds
     */
    default void cancelled(String node, AdmissionRequest request, long waitedNanos) {}

    /**
     * A waiter needs no permit of its own, because another one's statement answers it too: it ends as one of the four.
     *
     * @param node in which node
     * @param request who asked
     * @param waitedNanos how long it had waited, in nanoseconds
     */
    default void shared(String node, AdmissionRequest request, long waitedNanos) {}
}

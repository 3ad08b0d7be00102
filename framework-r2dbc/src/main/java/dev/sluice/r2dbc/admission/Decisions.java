package dev.sluice.r2dbc.admission;

import dev.sluice.admission.AdmissionRejectedException;

/** What the scheduler has decided about waiters. */
interface Decisions {

    void granted(QueuedRequest waiter, Slot slot);

    void rejected(QueuedRequest waiter, AdmissionRejectedException reason, long now);

    /** It would have been rejected if this were not a dry run. */
    void wouldReject(QueuedRequest waiter, AdmissionRejectedException reason);
}

package dev.sluice.r2dbc.admission;

import dev.sluice.admission.Permit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A slot in a caller's hands; true once it was given back. */
final class HeldPermit extends AtomicBoolean implements Permit, Event {

    private static final long serialVersionUID = 1L;

    private final transient FairAdmission admission;
    private final transient Slot slot;

    HeldPermit(FairAdmission admission, Slot slot) {
        this.admission = admission;
        this.slot = slot;
    }

    @Override
    public void workEnded() {
        slot.workEnded(admission.now());
    }

    @Override
    public void release() {
        if (compareAndSet(false, true)) {
            admission.tell(this);
        }
    }

    @Override
    public void happen(FairScheduler scheduler, long now, Outcomes out) {
        scheduler.release(slot, now, out);
    }
}

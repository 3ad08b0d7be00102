package dev.sluice.r2dbc.admission;

import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRejectedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was decided inside, to be said outside. Used by one thread. */
final class Outcomes implements Decisions {

    private static final Logger LOG = LoggerFactory.getLogger(FairAdmission.class);
    private static final int DEEPEST = 8;

    /** How deep this thread is in saying something, and what it has to say when it is out of the deepest. */
    private static final ThreadLocal<Saying> SAYING = ThreadLocal.withInitial(Saying::new);

    private final String node;
    private final FairAdmission admission;
    private final AdmissionObserver observer;
    private final RejectionTally tally;
    private @Nullable List<Runnable> said;

    Outcomes(String node, FairAdmission admission, AdmissionObserver observer, RejectionTally tally) {
        this.node = node;
        this.admission = admission;
        this.observer = observer;
        this.tally = tally;
    }

    // Whoever waits is told before whoever counts.
    @Override
    public void granted(QueuedRequest waiter, Slot slot) {
        afterwards(() -> {
            HeldPermit permit = new HeldPermit(admission, slot);
            Waiter told = (Waiter) waiter;
            if (told.grant(permit)) {
                observer.granted(node, waiter.request, slot.grantedNanos - waiter.arrivedNanos);
            } else {
                permit.release();
                tellLeft(told, slot.grantedNanos - waiter.arrivedNanos);
            }
        });
    }

    /** Somebody was no longer interested when it was looked at. */
    void left(Waiter waiter, long waitedNanos) {
        afterwards(() -> tellLeft(waiter, waitedNanos));
    }

    private void tellLeft(Waiter waiter, long waitedNanos) {
        if (waiter.isServed()) {
            observer.shared(node, waiter.request, waitedNanos);
        } else {
            observer.cancelled(node, waiter.request, waitedNanos);
        }
    }

    @Override
    public void rejected(QueuedRequest waiter, AdmissionRejectedException reason, long now) {
        long waited = now - waiter.arrivedNanos;
        tally.count(waiter.request.tenant(), reason.reason());
        afterwards(() -> {
            ((Waiter) waiter).reject(reason);
            observer.rejected(node, waiter.request, reason.reason(), waited, false);
        });
    }

    @Override
    public void wouldReject(QueuedRequest waiter, AdmissionRejectedException reason) {
        tally.count(waiter.request.tenant(), reason.reason());
        afterwards(() -> observer.rejected(node, waiter.request, reason.reason(), 0, true));
    }

    void afterwards(Runnable saying) {
        if (said == null) {
            said = new ArrayList<>(1);
        }
        said.add(saying);
    }

    /**
     * Says what was decided. What a waiter does at once when it is told, such as to give back its permit, may decide
     * something again: that is said within this, and from a depth on after it, else a thousand waiters that need no time
     * would be a thousand calls deep.
     */
    void deliver() {
        List<Runnable> mine = said;
        if (mine == null) {
            return;
        }
        said = null;
        Saying saying = SAYING.get();
        if (saying.depth < DEEPEST) {
            saying.say(mine);
        } else {
            saying.later.addAll(mine);
        }
    }

    private static final class Saying {

        final Queue<Runnable> later = new ArrayDeque<>();
        int depth;

        void say(List<Runnable> all) {
            depth++;
            for (Runnable each : all) {
                say(each);
            }
            if (depth == 1) {
                for (Runnable next = later.poll(); next != null; next = later.poll()) {
                    say(next);
                }
            }
            depth--;
        }

        // What one waiter's code throws is neither the next one's error nor that of whoever has decided.
        private static void say(Runnable one) {
            try {
                one.run();
            } catch (RuntimeException | Error e) {
                LOG.error("A waiter failed when it was told; the others go on", e);
            }
        }
    }
}

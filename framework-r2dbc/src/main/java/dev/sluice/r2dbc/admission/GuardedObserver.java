package dev.sluice.r2dbc.admission;

import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a meter that throws from costing a permit or an answer. */
record GuardedObserver(AdmissionObserver observer) implements AdmissionObserver {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedObserver.class);

    @Override
    public void granted(String node, AdmissionRequest request, long waitedNanos) {
        try {
            observer.granted(node, request, waitedNanos);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    @Override
    public void rejected(String node, AdmissionRequest request, Reason reason, long waitedNanos, boolean dryRun) {
        try {
            observer.rejected(node, request, reason, waitedNanos, dryRun);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    @Override
    public void cancelled(String node, AdmissionRequest request, long waitedNanos) {
        try {
            observer.cancelled(node, request, waitedNanos);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    @Override
    public void shared(String node, AdmissionRequest request, long waitedNanos) {
        try {
            observer.shared(node, request, waitedNanos);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private static void failed(RuntimeException e) {
        LOG.warn("An observer of admission failed", e);
    }
}

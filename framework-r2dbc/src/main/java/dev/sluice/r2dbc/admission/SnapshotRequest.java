package dev.sluice.r2dbc.admission;

import dev.sluice.admission.AdmissionSnapshot;
import reactor.core.publisher.MonoSink;

/** Somebody wants to see who uses the node. */
record SnapshotRequest(RejectionTally rejected, int mostTenants, MonoSink<AdmissionSnapshot> sink) implements Event {

    @Override
    public void happen(FairScheduler scheduler, long now, Outcomes out) {
        AdmissionSnapshot snapshot = Snapshots.of(scheduler, rejected, mostTenants, now);
        out.afterwards(() -> sink.success(snapshot));
    }

    @Override
    public void failed(Throwable reason) {
        sink.error(reason);
    }
}

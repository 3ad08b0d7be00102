package dev.sluice.spring.observation;

import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.spring.alert.AlertSignals;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Counts and times the decisions of admission. A meter is registered with its first decision; later ones look it up. */
final class AdmissionMeters implements AdmissionObserver {

    private final MeterRegistry registry;
    private final AlertSignals signals;
    private final Map<String, Map<Workload, Timer>> granted = new ConcurrentHashMap<>();
    private final Map<Ended, Timer> ended = new ConcurrentHashMap<>();
    private final Map<Rejected, Counter> rejected = new ConcurrentHashMap<>();

    AdmissionMeters(MeterRegistry registry, AlertSignals signals) {
        this.registry = registry;
        this.signals = signals;
    }

    @Override
    public void granted(String node, AdmissionRequest request, long waitedNanos) {
        granted.computeIfAbsent(node, name -> new ConcurrentHashMap<>())
                .computeIfAbsent(request.workload(), workload -> timer(node, workload, "granted"))
                .record(waitedNanos, TimeUnit.NANOSECONDS);
        signals.waited(node, waitedNanos);
    }

    @Override
    public void rejected(String node, AdmissionRequest request, Reason reason, long waitedNanos, boolean dryRun) {
        rejected.computeIfAbsent(new Rejected(node, reason, dryRun), this::counter)
                .increment();
        if (!dryRun) {
            if (reason == Reason.DEADLINE) {
                signals.acquireTimedOut(node);
            }
            ended(new Ended(node, request.workload(), "rejected"), waitedNanos);
        }
    }

    @Override
    public void cancelled(String node, AdmissionRequest request, long waitedNanos) {
        ended(new Ended(node, request.workload(), "cancelled"), waitedNanos);
    }

    @Override
    public void shared(String node, AdmissionRequest request, long waitedNanos) {
        ended(new Ended(node, request.workload(), "shared"), waitedNanos);
    }

    private void ended(Ended key, long waitedNanos) {
        ended.computeIfAbsent(key, of -> timer(of.node, of.workload, of.outcome))
                .record(waitedNanos, TimeUnit.NANOSECONDS);
        signals.waited(key.node, waitedNanos);
    }

    private Counter counter(Rejected of) {
        return SluiceMeter.ADMISSION_REJECTED.counter(
                registry, of.node, of.reason.name().toLowerCase(Locale.ROOT), Boolean.toString(of.dryRun));
    }

    private Timer timer(String node, Workload workload, String outcome) {
        return SluiceMeter.ADMISSION_WAIT.timer(registry, node, workload.name(), outcome);
    }

    private record Ended(String node, Workload workload, String outcome) {}

    private record Rejected(String node, Reason reason, boolean dryRun) {}
}

package dev.sluice.spring.observation;

import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
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
    private final Map<String, Map<Workload, Timer>> granted = new ConcurrentHashMap<>();
    private final Map<Ended, Timer> ended = new ConcurrentHashMap<>();
    private final Map<Rejected, Counter> rejected = new ConcurrentHashMap<>();

    AdmissionMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void granted(String node, AdmissionRequest request, long waitedNanos) {
        granted.computeIfAbsent(node, name -> new ConcurrentHashMap<>())
                .computeIfAbsent(request.workload(), workload -> timer(node, workload, "granted"))
                .record(waitedNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void rejected(String node, AdmissionRequest request, Reason reason, long waitedNanos, boolean dryRun) {
        rejected.computeIfAbsent(new Rejected(node, reason, dryRun), this::counter)
                .increment();
        if (!dryRun) {
            ended(new Ended(node, request.workload(), "rejected"), waitedNanos);
        }
    }

    @Override
    public void cancelled(String node, AdmissionRequest request, long waitedNanos) {
        ended(new Ended(node, request.workload(), "cancelled"), waitedNanos);
    }

    private void ended(Ended key, long waitedNanos) {
        ended.computeIfAbsent(key, of -> timer(of.node, of.workload, of.outcome))
                .record(waitedNanos, TimeUnit.NANOSECONDS);
    }

    private Counter counter(Rejected of) {
        return Counter.builder(SluiceMeter.ADMISSION_REJECTED.meterName())
                .description(SluiceMeter.ADMISSION_REJECTED.description())
                .tag("node", of.node)
                .tag("reason", of.reason.name().toLowerCase(Locale.ROOT))
                .tag("dry.run", Boolean.toString(of.dryRun))
                .register(registry);
    }

    private Timer timer(String node, Workload workload, String outcome) {
        return Timer.builder(SluiceMeter.ADMISSION_WAIT.meterName())
                .description(SluiceMeter.ADMISSION_WAIT.description())
                .tag("node", node)
                .tag("workload", workload.name())
                .tag("outcome", outcome)
                .register(registry);
    }

    private record Ended(String node, Workload workload, String outcome) {}

    private record Rejected(String node, Reason reason, boolean dryRun) {}
}

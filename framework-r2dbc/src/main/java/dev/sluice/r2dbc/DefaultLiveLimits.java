package dev.sluice.r2dbc;

import dev.sluice.AdmissionSettings;
import dev.sluice.LiveLimits;
import dev.sluice.access.Workload;
import dev.sluice.admission.LimitSource;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.tenant.TenantId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;

/** The limits of this process, first as configured. */
final class DefaultLiveLimits implements LiveLimits, LimitSource {

    private static final Logger LOG = LoggerFactory.getLogger(DefaultLiveLimits.class);

    private final int poolMax;
    private volatile AdmissionSettings current;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    DefaultLiveLimits(AdmissionSettings configured, int poolMax) {
        this.poolMax = poolMax;
        this.current = configured;
    }

    @Override
    public AdmissionSettings current() {
        return current;
    }

    @Override
    public AdmissionSettings change(UnaryOperator<AdmissionSettings> change) {
        AdmissionSettings after = replace(change);
        listeners.forEach(Runnable::run);
        return after;
    }

    private synchronized AdmissionSettings replace(UnaryOperator<AdmissionSettings> change) {
        AdmissionSettings before = current;
        AdmissionSettings after = change.apply(before);
        check(before, after);
        current = after;
        LOG.info("The limits of admission were changed from {} to {}", before, after);
        return after;
    }

    private void check(AdmissionSettings before, AdmissionSettings after) {
        after.checkFits(poolMax);
        for (Workload workload : before.workloads().keySet()) {
            if (!after.workloads().containsKey(workload)) {
                throw new IllegalArgumentException(
                        "workloads: '%s' is missing (expected: every workload stays until the process ends)"
                                .formatted(workload));
            }
        }
    }

    @Override
    public TenantLimits tenant(TenantId tenant) {
        return current.limitsOf(tenant);
    }

    @Override
    public WorkloadLimits workload(Workload workload) {
        AdmissionSettings settings = current;
        WorkloadLimits limits = settings.workloads().get(workload);
        if (limits == null) {
            throw new IllegalArgumentException("workload '%s' is not configured (expected one of: %s)"
                    .formatted(workload, settings.workloads().keySet()));
        }
        return limits;
    }

    @Override
    public int maxWaiting() {
        return current.maxWaiting();
    }

    @Override
    public int maxConnections() {
        return current.maxConnections();
    }

    @Override
    public int reserved() {
        return current.reserved();
    }

    @Override
    public boolean isDryRun() {
        return current.dryRun();
    }

    @Override
    public Disposable onChange(Runnable listener) {
        // Of its own for each call: the same listener may be added twice, and each removes its own.
        Runnable added = () -> listener.run();
        listeners.add(added);
        return () -> listeners.remove(added);
    }
}

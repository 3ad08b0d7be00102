package dev.sluice.r2dbc.admission;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.LimitSource;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import reactor.core.Disposable;

/** Limits that a test sets as it likes. */
public class TestLimits implements LimitSource {

    private final List<Runnable> listeners = new ArrayList<>();
    private volatile AdmissionSettings settings;

    TestLimits(AdmissionSettings settings) {
        this.settings = settings;
    }

    /** No tenant holds another back but by the order of the queue. */
    public static TestLimits perTenant(int maxConnections, int maxWaiting) {
        return new TestLimits(new AdmissionSettings(
                0, maxWaiting, false, tenant(maxConnections, 0, 1, maxWaiting), Map.of(), Map.of()));
    }

    static TenantLimits tenant(int maxConnections, int reserved, int weight, int maxWaiting) {
        return new TenantLimits(maxConnections, reserved, weight, maxWaiting, 0, PrincipalLimits.NONE);
    }

    /** An admission under which one tenant may have the whole node but the slots for newcomers. */
    public static FairAdmission admission(int connections, int maxWaiting) {
        return new FairAdmission("test", perTenant(connections, maxWaiting), connections, AdmissionObserver.NONE);
    }

    AdmissionSettings settings() {
        return settings;
    }

    void change(AdmissionSettings to) {
        settings = to;
        listeners.forEach(Runnable::run);
    }

    @Override
    public TenantLimits tenant(TenantId tenant) {
        return settings().limitsOf(tenant);
    }

    @Override
    public WorkloadLimits workload(Workload workload) {
        WorkloadLimits limits = settings().workloads().get(workload);
        if (limits == null) {
            throw new IllegalArgumentException("workload '%s' is not configured".formatted(workload));
        }
        return limits;
    }

    @Override
    public int maxWaiting() {
        return settings().maxWaiting();
    }

    @Override
    public int maxConnections() {
        return settings().maxConnections();
    }

    @Override
    public int reserved() {
        return settings().reserved();
    }

    @Override
    public boolean isDryRun() {
        return settings().dryRun();
    }

    @Override
    public Disposable onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    int listeners() {
        return listeners.size();
    }
}

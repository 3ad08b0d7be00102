package dev.sluice.benchmarks.admission;

import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.LimitSource;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.tenant.TenantId;
import reactor.core.Disposable;

/** One limit of connections, for each tenant and for the node, that can be moved while others ask. */
public final class MovingLimits implements LimitSource {

    private static final int MOST_WAITING = 5_000;
    private static final WorkloadLimits INTERACTIVE = new WorkloadLimits(Priority.INTERACTIVE, 0);

    private volatile int limit;
    private volatile Runnable listener = () -> {};

    /** @param limit the first limit */
    public MovingLimits(int limit) {
        this.limit = limit;
    }

    /** Changes the limit and tells who listens. */
    public void move(int to) {
        limit = to;
        listener.run();
    }

    @Override
    public TenantLimits tenant(TenantId tenant) {
        return new TenantLimits(limit, 0, 1, MOST_WAITING, 0, PrincipalLimits.NONE);
    }

    @Override
    public WorkloadLimits workload(Workload workload) {
        return INTERACTIVE;
    }

    @Override
    public int maxWaiting() {
        return MOST_WAITING;
    }

    @Override
    public int maxConnections() {
        return limit;
    }

    @Override
    public int reserved() {
        return 0;
    }

    @Override
    public boolean isDryRun() {
        return false;
    }

    @Override
    public Disposable onChange(Runnable told) {
        listener = told;
        return () -> listener = () -> {};
    }
}

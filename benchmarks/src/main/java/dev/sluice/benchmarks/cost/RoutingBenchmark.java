package dev.sluice.benchmarks.cost;

import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.benchmarks.admission.MovingLimits;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.admission.FairAdmission;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.replica.StillCluster;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/** One call over connections that answer at once: straight to them, and routed over a primary and two replicas. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class RoutingBenchmark {

    private static final Group GROUP = Group.of("read", "select 1");

    /** What is measured. */
    @Param({"direct", "routed"})
    public String leases = "";

    private final FairAdmission unused = new FairAdmission("unused", new MovingLimits(1), 1, AdmissionObserver.NONE);
    private final SessionPosition session = StillCluster.session();
    private final LeaseRequest read = request(false, null);
    private final LeaseRequest sessionRead = request(false, session);
    private final LeaseRequest write = request(true, session);
    private final Leases standby = new InstantLeases(0);
    private final Leases primary = new InstantLeases(1);
    private final Leases routedStandby = StillCluster.over(standby, unused);
    private final Leases routedPrimary = StillCluster.over(primary, unused);

    private static LeaseRequest request(boolean writes, @Nullable SessionPosition session) {
        AdmissionRequest admission = new AdmissionRequest(
                TenantId.of("tenant"),
                Workload.INTERACTIVE,
                Priority.INTERACTIVE,
                Deadline.after(Duration.ofDays(1)),
                null);
        return new LeaseRequest("read", admission, writes, ReadConsistency.session(), session);
    }

    private Leases of(Leases direct, Leases routed) {
        return leases.equals("direct") ? direct : routed;
    }

    /** A read of no session. */
    @Benchmark
    public @Nullable List<Object> read() {
        return of(standby, routedStandby)
                .use(read, now -> now.<Object>rows(GROUP, row -> row, 1))
                .block();
    }

    /** A read of a session that has seen something, and is raised by it. */
    @Benchmark
    public @Nullable List<Object> readOfASession() {
        return of(standby, routedStandby)
                .use(sessionRead, now -> now.<Object>rows(GROUP, row -> row, 1))
                .block();
    }

    /** The same from two threads at once. */
    @Benchmark
    @Threads(2)
    public @Nullable List<Object> readOfASessionFromTwoThreads() {
        return readOfASession();
    }

    /** A write of a session. */
    @Benchmark
    public @Nullable Long write() {
        return of(primary, routedPrimary)
                .use(write, now -> now.rowsUpdated(GROUP))
                .block();
    }
}

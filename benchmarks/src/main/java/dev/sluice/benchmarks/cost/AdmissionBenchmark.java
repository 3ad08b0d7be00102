package dev.sluice.benchmarks.cost;

import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.Admission;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.Permit;
import dev.sluice.benchmarks.admission.FairSemaphore;
import dev.sluice.benchmarks.admission.MovingLimits;
import dev.sluice.r2dbc.admission.FairAdmission;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import reactor.core.publisher.BaseSubscriber;

/** One permit taken and given back: alone, beside another of its tenant, and by queues of a thousand. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AdmissionBenchmark {

    private static final int CONNECTIONS = 10;
    private static final int TENANTS = 100;
    private static final int WAITING = 1_000;
    private static final int MOST_WAITING = 5_000;

    private static Admission admission(String name) {
        return name.equals("fair")
                ? new FairAdmission("node", new MovingLimits(CONNECTIONS), CONNECTIONS, AdmissionObserver.NONE)
                : new FairSemaphore(CONNECTIONS, MOST_WAITING);
    }

    private static AdmissionRequest request(int tenant) {
        return new AdmissionRequest(
                TenantId.of("tenant-" + tenant),
                Workload.INTERACTIVE,
                Priority.INTERACTIVE,
                Deadline.after(Duration.ofDays(1)),
                null);
    }

    /** The tenant has nothing else in flight: its state comes and goes with the call. */
    @Benchmark
    public Permit alone(Quiet quiet) {
        return takeAndGiveBack(quiet.measured, quiet.request);
    }

    /** The tenant has another call in flight. */
    @Benchmark
    public Permit besideAnother(Busy busy) {
        return takeAndGiveBack(busy.measured, busy.request);
    }

    private static Permit takeAndGiveBack(Admission admission, AdmissionRequest request) {
        Permit permit = Objects.requireNonNull(admission.tryAcquire(request));
        permit.release();
        return permit;
    }

    /** One joins the thousand, and a permit that comes back is handed to the next of them. */
    @Benchmark
    public void amongAThousand(Crowd crowd) {
        crowd.turn();
    }

    /** The same from two threads at once. */
    @Benchmark
    @Threads(2)
    public void amongAThousandFromTwoThreads(Crowd crowd) {
        crowd.turn();
    }

    /** Nothing in flight. */
    @State(Scope.Benchmark)
    public static class Quiet {

        /** What is measured. */
        @Param({"fair", "semaphore"})
        public String admission = "";

        private final AdmissionRequest request = request(0);
        private Admission measured = admission("");

        /** Begins anew. */
        @Setup
        public void prepare() {
            measured = admission(admission);
        }
    }

    /** One permit of the same tenant is out. */
    @State(Scope.Benchmark)
    public static class Busy {

        /** What is measured. */
        @Param({"fair", "semaphore"})
        public String admission = "";

        private final AdmissionRequest request = request(0);
        private Admission measured = admission("");

        /** Begins anew. */
        @Setup
        public void prepare() {
            measured = admission(admission);
            Objects.requireNonNull(measured.tryAcquire(request));
        }
    }

    /** A thousand requests of a hundred tenants wait, and all permits are out. */
    @State(Scope.Benchmark)
    public static class Crowd {

        /** What is measured. */
        @Param({"fair", "semaphore"})
        public String admission = "";

        private final AdmissionRequest[] requests =
                IntStream.range(0, TENANTS).mapToObj(i -> request(i)).toArray(AdmissionRequest[]::new);
        private final Queue<Permit> out = new ConcurrentLinkedQueue<>();
        private Admission measured = admission("");

        /** Begins anew. */
        @Setup
        public void prepare() {
            out.clear();
            measured = admission(admission);
            for (int i = 0; i < WAITING + CONNECTIONS; i++) {
                join();
            }
        }

        private void turn() {
            join();
            Permit permit = out.poll();
            while (permit == null) {
                Thread.onSpinWait();
                permit = out.poll();
            }
            permit.release();
        }

        private void join() {
            AdmissionRequest request = requests[ThreadLocalRandom.current().nextInt(requests.length)];
            measured.acquire(request).subscribe(new Holder(out));
        }
    }

    /** Keeps the permit for whoever gives back next. */
    private static final class Holder extends BaseSubscriber<Permit> {

        private final Queue<Permit> out;

        Holder(Queue<Permit> out) {
            this.out = out;
        }

        @Override
        protected void hookOnNext(Permit permit) {
            out.add(permit);
        }
    }
}

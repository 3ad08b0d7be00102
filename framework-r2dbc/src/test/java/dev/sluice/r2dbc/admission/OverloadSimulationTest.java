package dev.sluice.r2dbc.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many tenants ask for more than there is, as it comes: who is told so, and when. In virtual time. */
class OverloadSimulationTest {

    private static final int CONNECTIONS = 10;
    private static final long SERVICE = Duration.ofMillis(20).toNanos();
    private static final long DEADLINE = Duration.ofSeconds(1).toNanos();
    private static final int SECONDS = 10;
    private static final Calls ALIKE = new Calls(SERVICE, SERVICE, 0);
    private static final Calls MOSTLY_QUICK =
            new Calls(Duration.ofMillis(2).toNanos(), Duration.ofMillis(200).toNanos(), 0.1);
    private static final Calls HALF_SLOW = new Calls(MOSTLY_QUICK.quickNanos, MOSTLY_QUICK.slowNanos, 0.5);

    private final long seed = System.nanoTime();

    @ParameterizedTest
    @CsvSource({"1, 400", "5, 5000", "20, 200", "20, 5000", "100, 100", "100, 200", "100, 5000"})
    void whoWillNotBeDoneInTimeIsToldBefore(int tenants, int mostWaiting) {
        for (double load : new double[] {1.5, 3}) {
            Run run = new Run(tenants, mostWaiting, load, false, ALIKE);
            // The last fifth is for tenants with nothing in flight.
            double usable = tenants > CONNECTIONS ? 1 : 0.8;

            // One may be, when a mean below the real one met a call above it.
            assertThat((double) run.late / run.asked).as(run::toString).isLessThan(0.0005);
            assertThat(run.expired).as(run::toString).isZero();
            assertThat(run.inTime / (usable * ALIKE.capacity() * SECONDS))
                    .as(run::toString)
                    .isGreaterThan(0.97);
        }
    }

    @Test
    void belowTheCapacityNobodyIsToldSo() {
        Run run = new Run(100, 5_000, 0.9, false, ALIKE);

        // Some are still under way at the end.
        assertThat(run.overloaded + run.onArrival + run.inQueue + run.expired + run.late)
                .as(run::toString)
                .isZero();
    }

    // The negative control: a dry run rejects nobody before its deadline.
    @Test
    void whoIsNotToldBeforeIsStoppedOrExpires() {
        Run run = new Run(100, 5_000, 3, true, ALIKE);

        assertThat((double) run.late / run.asked).as(run::toString).isGreaterThan(0.001);
        assertThat(run.expired).as(run::toString).isPositive();
    }

    // One call moves the mean by four times that mean at most, so that of the quick calls is what counts.
    @ParameterizedTest
    @CsvSource({
        "5, 0.7, 0.01",
        "20, 0.8, 0.01",
        "100, 0.8, 0.01",
        "20, 1.5, 0.1",
        "100, 1.5, 0.1",
        "20, 3, 0.1",
        "100, 3, 0.1"
    })
    void quickCallsAreNotRefusedForTheSlowOnesAmongThem(int tenants, double load, double most) {
        Run run = new Run(tenants, 5_000, load, false, MOSTLY_QUICK);

        assertThat(run.quickRefused()).as(run::toString).isLessThan(most);
    }

    // The negative control: where half of all are slow, so is the mean.
    @Test
    void whereHalfOfTheCallsAreSlowTheQuickOnesAreRefusedForThem() {
        Run run = new Run(100, 5_000, 3, false, HALF_SLOW);

        assertThat(run.quickRefused()).as(run::toString).isGreaterThan(0.1);
    }

    /** How long calls take. */
    private record Calls(long quickNanos, long slowNanos, double slow) {

        double capacity() {
            return CONNECTIONS * 1e9 / (slow * slowNanos + (1 - slow) * quickNanos);
        }
    }

    private static final class Call extends QueuedRequest {

        final boolean isQuick;
        final long nanos;

        Call(AdmissionRequest request, boolean isQuick, long nanos) {
            super(request);
            this.isQuick = isQuick;
            this.nanos = nanos;
        }

        boolean wouldBeDone(long at) {
            return at + nanos <= request.deadline().nanoTime();
        }
    }

    /** Calls as they come, by Poisson's law; at its deadline each is stopped. */
    private final class Run implements Decisions {

        private final FairScheduler scheduler;
        private final Random random = new Random(seed);
        private final PriorityQueue<End> ends = new PriorityQueue<>(Comparator.comparingLong(End::at));
        private long now = 1;
        private int asked;
        private int inTime;
        private int late;
        private int overloaded;
        private int onArrival;
        private int inQueue;
        private int expired;
        private int wouldReject;
        private int quick;
        private int quickRefused;
        private final Calls calls;

        Run(int tenants, int mostWaiting, double load, boolean dry, Calls calls) {
            this.calls = calls;
            AdmissionSettings settings = new AdmissionSettings(
                    0, mostWaiting, dry, TestLimits.tenant(CONNECTIONS, 0, 1, mostWaiting), Map.of(), Map.of());
            scheduler = new FairScheduler(new TestLimits(settings), CONNECTIONS);
            double arrival = 0;
            long sweep = 0;
            while (now < SECONDS * 1e9) {
                arrival += -Math.log(1 - random.nextDouble()) * 1e9 / (calls.capacity() * load);
                while (Math.min(sweep, ends.isEmpty() ? Long.MAX_VALUE : ends.peek().at) < arrival) {
                    if (!ends.isEmpty() && ends.peek().at <= sweep) {
                        end(ends.remove());
                    } else {
                        now = sweep;
                        scheduler.expire(now, this);
                        sweep += Sweep.PERIOD.toNanos();
                    }
                }
                now = (long) arrival;
                ask(TenantId.of("t" + random.nextInt(tenants)));
            }
        }

        private void end(End end) {
            now = end.at;
            if (end.call.request.deadline().nanoTime() < now) {
                late++;
            } else {
                inTime++;
            }
            scheduler.release(end.slot, now, this);
        }

        private void ask(TenantId tenant) {
            asked++;
            AdmissionRequest request = new AdmissionRequest(
                    tenant, Workload.INTERACTIVE, Priority.INTERACTIVE, new Deadline(now + DEADLINE), null);
            boolean isQuick = random.nextDouble() >= calls.slow;
            long nanos = isQuick ? calls.quickNanos : calls.slowNanos;
            quick += isQuick ? 1 : 0;
            QueuedRequest call = new Call(request, isQuick, (long) (nanos * (0.9 + 0.2 * random.nextDouble())));
            Slot slot = scheduler.tryGrant(request, now);
            if (slot == null) {
                scheduler.add(call, now, this);
            } else {
                granted(call, slot);
            }
        }

        @Override
        public void granted(QueuedRequest call, Slot slot) {
            long stopped = call.request.deadline().nanoTime() + 1;
            ends.add(new End(Math.min(now + ((Call) call).nanos, stopped), call, slot));
        }

        @Override
        public void rejected(QueuedRequest call, AdmissionRejectedException reason, long at) {
            Call refused = (Call) call;
            quickRefused += refused.isQuick && at > call.arrivedNanos && refused.wouldBeDone(at) ? 1 : 0;
            if (reason.reason() != Reason.DEADLINE) {
                overloaded++;
            } else if (at == call.arrivedNanos) {
                onArrival++;
            } else if (call.isExpired(at)) {
                expired++;
            } else {
                inQueue++;
            }
        }

        @Override
        public void wouldReject(QueuedRequest call, AdmissionRejectedException reason) {
            wouldReject++;
        }

        /** The quick calls that have waited, and were refused while there was time for them still, of all quick ones. */
        double quickRefused() {
            return (double) quickRefused / quick;
        }

        @Override
        public String toString() {
            return "seed %d: asked %d, in time %d, late %d; told: overloaded %d, on arrival %d (would be %d), in the queue %d, at the deadline %d; quick %d, refused %d"
                    .formatted(
                            seed,
                            asked,
                            inTime,
                            late,
                            overloaded,
                            onArrival,
                            wouldReject,
                            inQueue,
                            expired,
                            quick,
                            quickRefused);
        }
    }

    private record End(long at, QueuedRequest call, Slot slot) {}
}

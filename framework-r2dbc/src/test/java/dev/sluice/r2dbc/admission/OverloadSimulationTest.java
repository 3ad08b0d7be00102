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
    private static final double CAPACITY = CONNECTIONS * 1e9 / SERVICE;

    private final long seed = System.nanoTime();

    @ParameterizedTest
    @CsvSource({"1, 400", "5, 5000", "20, 200", "20, 5000", "100, 100", "100, 200", "100, 5000"})
    void whoWillNotBeDoneInTimeIsToldBefore(int tenants, int mostWaiting) {
        for (double load : new double[] {1.5, 3}) {
            Run run = new Run(tenants, mostWaiting, load, false);
            // The last fifth is for tenants with nothing in flight.
            double usable = tenants > CONNECTIONS ? 1 : 0.8;

            assertThat(run.late).as(run::toString).isZero();
            assertThat(run.expired).as(run::toString).isZero();
            assertThat(run.inTime / (usable * CAPACITY * SECONDS))
                    .as(run::toString)
                    .isGreaterThan(0.97);
        }
    }

    @Test
    void belowTheCapacityNobodyIsToldSo() {
        Run run = new Run(100, 5_000, 0.9, false);

        assertThat(run.inTime + 2 * CONNECTIONS).as(run::toString).isGreaterThanOrEqualTo(run.asked);
    }

    // The negative control: a dry run rejects nobody before its deadline.
    @Test
    void whoIsNotToldBeforeIsStoppedOrExpires() {
        Run run = new Run(100, 5_000, 3, true);

        assertThat(run.late).as(run::toString).isPositive();
        assertThat(run.expired).as(run::toString).isPositive();
    }

    /** Calls as they come, by Poisson's law. */
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

        Run(int tenants, int mostWaiting, double load, boolean dry) {
            AdmissionSettings settings = new AdmissionSettings(
                    0, mostWaiting, dry, TestLimits.tenant(CONNECTIONS, 0, 1, mostWaiting), Map.of(), Map.of());
            scheduler = new FairScheduler(new TestLimits(settings), CONNECTIONS);
            double arrival = 0;
            long sweep = 0;
            while (now < SECONDS * 1e9) {
                arrival += -Math.log(1 - random.nextDouble()) * 1e9 / (CAPACITY * load);
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
            QueuedRequest call = new QueuedRequest(request);
            Slot slot = scheduler.tryGrant(request, now);
            if (slot == null) {
                scheduler.add(call, now, this);
            } else {
                granted(call, slot);
            }
        }

        @Override
        public void granted(QueuedRequest call, Slot slot) {
            ends.add(new End(now + (long) (SERVICE * (0.9 + 0.2 * random.nextDouble())), call, slot));
        }

        @Override
        public void rejected(QueuedRequest call, AdmissionRejectedException reason, long at) {
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

        @Override
        public String toString() {
            return "seed %d: asked %d, in time %d, late %d; told: overloaded %d, on arrival %d (would be %d), in the queue %d, at the deadline %d"
                    .formatted(seed, asked, inTime, late, overloaded, onArrival, wouldReject, inQueue, expired);
        }
    }

    private record End(long at, QueuedRequest call, Slot slot) {}
}

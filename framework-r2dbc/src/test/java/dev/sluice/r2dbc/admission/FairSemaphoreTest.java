package dev.sluice.r2dbc.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.Permit;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class FairSemaphoreTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

    @Test
    void freePermitsAreTakenWithoutWaiting() {
        FairSemaphore semaphore = new FairSemaphore(2, 0, time);
        Permit first = semaphore.tryAcquire(request());
        Permit second = semaphore.tryAcquire(request());

        assertThat(semaphore.inUse()).isEqualTo(2);
        assertThat(semaphore.tryAcquire(request())).isNull();
        first.release();
        first.release();
        assertThat(semaphore.inUse()).isEqualTo(1);
        second.release();
        assertThat(semaphore.inUse()).isZero();
    }

    @Test
    void wrongSizesAreRefused() {
        assertThatThrownBy(() -> new FairSemaphore(0, 1))
                .hasMessageContaining("permits: 0")
                .hasMessageContaining(">= 1");
        assertThatThrownBy(() -> new FairSemaphore(1, -1)).hasMessageContaining("waiting: -1");
    }

    @Nested
    class WhenAllPermitsAreOut {

        private final FairSemaphore semaphore = new FairSemaphore(1, 2, time);
        private final Permit held = semaphore.tryAcquire(request());
        private final List<String> granted = new ArrayList<>();

        @Test
        void waitersAreServedInTheOrderInWhichTheyCame() {
            waiter("first");
            waiter("second");
            assertThat(semaphore.waiting()).isEqualTo(2);

            held.release();

            assertThat(granted).containsExactly("first", "second");
            assertThat(semaphore.inUse()).isZero();
        }

        @Test
        void aNewcomerDoesNotOvertakeAWaiter() {
            Queue<Permit> permits = new ConcurrentLinkedQueue<>();
            semaphore.acquire(request()).subscribe(permits::add);
            held.release();
            assertThat(permits).hasSize(1);
            assertThat(semaphore.tryAcquire(request())).isNull();
        }

        @Test
        void aCancelledWaiterGivesItsSlotToTheNext() {
            Disposable first = waiter("first");
            waiter("second");
            first.dispose();
            assertThat(semaphore.waiting()).isEqualTo(1);

            held.release();

            assertThat(granted).containsExactly("second");
        }

        @Test
        void moreWaitersThanPlacesAreRejectedWithTheNumbers() {
            waiter("first");
            waiter("second");
            StepVerifier.create(semaphore.acquire(request())).verifyErrorSatisfies(e -> {
                AdmissionRejectedException rejected = (AdmissionRejectedException) e;
                assertThat(rejected.reason()).isEqualTo(Reason.OVERLOADED);
                assertThat(rejected.limit()).isEqualTo(2);
                assertThat(rejected.observed()).isEqualTo(2);
                assertThat(rejected.retryAfter()).isPositive();
            });
            assertThat(semaphore.waiting()).isEqualTo(2);
        }

        @Test
        void aWaiterIsRejectedWhenItsDeadlinePasses() {
            StepVerifier.create(semaphore.acquire(request(Duration.ofMillis(1))))
                    .then(() -> Await.until(PATIENCE, this::sweptAndGone, "the sweep sees the deadline"))
                    .verifyErrorSatisfies(e -> assertThat(((AdmissionRejectedException) e).reason())
                            .isEqualTo(Reason.DEADLINE));
        }

        private boolean sweptAndGone() {
            time.advanceTimeBy(Sweep.PERIOD);
            return semaphore.waiting() == 0;
        }

        @Test
        void anExpiredWaiterIsSkippedWhenAPermitComesBack() {
            AdmissionRequest hurried = request(Duration.ofMillis(1));
            List<Throwable> rejected = new ArrayList<>();
            semaphore.acquire(hurried).subscribe(Permit::release, rejected::add);
            waiter("second");
            Await.until(PATIENCE, () -> hurried.deadline().hasPassed(), "the deadline passes");

            held.release();

            assertThat(rejected).hasSize(1);
            assertThat(granted).containsExactly("second");
        }

        @Test
        void theSweepEndsWithTheLastWaiter() {
            waiter("first").dispose();
            time.advanceTimeBy(Sweep.PERIOD.multipliedBy(3));
            assertThat(time.getScheduledTaskCount()).isEqualTo(1);
        }

        private Disposable waiter(String name) {
            return semaphore.acquire(request()).subscribe(permit -> {
                granted.add(name);
                permit.release();
            });
        }
    }

    /** Invariants 3 to 5: in flight is within the limit, grants less returns are in flight, no permit idles beside a waiter. */
    @Test
    void noPermitIsLostOrDoubledUnderRandomCancels() throws InterruptedException {
        Stress stress = new Stress(3, 0);
        stress.run(System.nanoTime());

        assertThat(stress.mostInFlight.get()).isBetween(1, 3);
        Await.until(PATIENCE, () -> stress.semaphore.inUse() == 0, "all permits are back");
        assertThat(stress.semaphore.waiting()).isZero();
        assertThat(stress.grants.get()).isPositive();
        assertThat(stress.ended.get() + stress.cancelled.get()).isEqualTo(stress.asked.get());
    }

    // The negative control: one lost permit, and the check above fails.
    @Test
    void aPermitThatIsNotReleasedIsSeen() throws InterruptedException {
        Stress stress = new Stress(3, 1);
        stress.run(System.nanoTime());

        assertThat(stress.semaphore.inUse()).isPositive();
    }

    private static final class Stress {

        private static final int THREADS = 4;
        private static final int CALLS = 5_000;

        final FairSemaphore semaphore;
        final AtomicInteger toLose;
        final AtomicInteger inFlight = new AtomicInteger();
        final AtomicInteger mostInFlight = new AtomicInteger();
        final AtomicLong asked = new AtomicLong();
        final AtomicLong grants = new AtomicLong();
        final AtomicLong ended = new AtomicLong();
        final AtomicLong cancelled = new AtomicLong();
        private final Queue<Permit> out = new ConcurrentLinkedQueue<>();

        Stress(int permits, int toLose) {
            this.semaphore = new FairSemaphore(permits, 1_000);
            this.toLose = new AtomicInteger(toLose);
        }

        void run(long seed) throws InterruptedException {
            System.out.println("seed " + seed);
            CountDownLatch done = new CountDownLatch(THREADS);
            for (int t = 0; t < THREADS; t++) {
                Random random = new Random(seed + t);
                new Thread(() -> {
                            for (int i = 0; i < CALLS; i++) {
                                call(random);
                            }
                            done.countDown();
                        })
                        .start();
            }
            done.await();
            Await.until(
                    PATIENCE,
                    () -> {
                        giveBack();
                        return semaphore.waiting() == 0 && out.isEmpty();
                    },
                    "everybody was served");
        }

        private void call(Random random) {
            asked.incrementAndGet();
            AtomicInteger end = new AtomicInteger();
            Disposable waiter =
                    semaphore.acquire(request()).subscribe(permit -> granted(permit, end), e -> finish(end, ended));
            if (random.nextInt(3) == 0) {
                if (end.compareAndSet(0, 1)) {
                    cancelled.incrementAndGet();
                }
                waiter.dispose();
            }
            if (random.nextBoolean()) {
                giveBack();
            }
        }

        private void granted(Permit permit, AtomicInteger end) {
            grants.incrementAndGet();
            mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            finish(end, ended);
            if (toLose.getAndDecrement() <= 0) {
                out.add(permit);
            }
        }

        private static void finish(AtomicInteger end, AtomicLong count) {
            if (end.compareAndSet(0, 1)) {
                count.incrementAndGet();
            }
        }

        private void giveBack() {
            Permit permit = out.poll();
            if (permit != null) {
                inFlight.decrementAndGet();
                permit.release();
            }
        }
    }

    private static AdmissionRequest request() {
        return request(PATIENCE);
    }

    private static AdmissionRequest request(Duration timeout) {
        return new AdmissionRequest(
                TenantId.of("acme"), Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(timeout), null);
    }
}

package dev.sluice.r2dbc.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.Permit;
import dev.sluice.admission.TenantLimits;
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
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class FairAdmissionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final TenantId ACME = TenantId.of("acme");

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final LongSupplier clock = System::nanoTime;

    @Test
    void freePermitsAreTakenWithoutWaiting() {
        FairAdmission admission = fair(2, 0);
        Permit first = admission.tryAcquire(request());
        Permit second = admission.tryAcquire(request());

        assertThat(admission.inUse()).isEqualTo(2);
        assertThat(admission.tryAcquire(request())).isNull();
        first.release();
        first.release();
        assertThat(admission.inUse()).isEqualTo(1);
        second.release();
        assertThat(admission.inUse()).isZero();
    }

    @Test
    void aWorkloadThatNobodyConfiguredIsAnError() {
        AdmissionRequest unknown =
                new AdmissionRequest(ACME, Workload.of("unknown"), Priority.STANDARD, Deadline.after(PATIENCE), null);
        StepVerifier.create(fair(2, 0).acquire(unknown)).verifyError(IllegalArgumentException.class);
    }

    @Test
    void aThousandWaitersThatNeedNoTimeAreNotAThousandCallsDeep() {
        FairAdmission one = fair(1, 10_000);
        Permit held = one.tryAcquire(request());
        AtomicInteger served = new AtomicInteger();
        AtomicInteger deepest = new AtomicInteger();
        for (int i = 0; i < 1_000; i++) {
            one.acquire(request()).subscribe(permit -> {
                served.incrementAndGet();
                deepest.accumulateAndGet(new Throwable().getStackTrace().length, Math::max);
                permit.release();
            });
        }
        held.release();
        assertThat(served).hasValue(1_000);
        assertThat(deepest.get()).isLessThan(300);
        assertThat(one.inUse()).isZero();
    }

    @Test
    void aWaiterThatThrowsKeepsNobodyFromHearing() {
        FairAdmission one = fair(1, 10);
        Permit held = one.tryAcquire(request());
        List<Permit> heard = new ArrayList<>();
        one.acquire(request()).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(Permit permit) {
                permit.release();
                throw new IllegalStateException("a subscriber's own bug");
            }

            @Override
            protected void hookOnError(Throwable error) {}
        });
        one.acquire(request()).subscribe(heard::add);
        held.release();
        assertThat(heard).hasSize(1);
    }

    @Test
    void whatAWaiterThrowsIsNotTheErrorOfWhoeverGaveThePermitBack() {
        FairAdmission one = fair(1, 10);
        Permit held = one.tryAcquire(request());
        one.acquire(request()).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(Permit permit) {
                permit.release();
                throw new NoClassDefFoundError("fatal to Reactor");
            }
        });
        held.release();
        assertThat(one.inUse()).isZero();
    }

    @Test
    void anErrorInsideLeavesTheNodeAlive() {
        TestLimits limits = TestLimits.perTenant(1, 10);
        AtomicInteger failing = new AtomicInteger();
        TestLimits broken = new TestLimits(limits.settings()) {
            @Override
            public TenantLimits tenant(TenantId tenant) {
                if (failing.getAndDecrement() > 0) {
                    throw new StackOverflowError("a limit source's own bug");
                }
                return super.tenant(tenant);
            }
        };
        FairAdmission one =
                new FairAdmission("test", broken, new FairScheduler(broken, 1), AdmissionObserver.NONE, time, clock);
        failing.set(1);
        StepVerifier.create(one.acquire(request())).verifyError(StackOverflowError.class);
        Permit permit = one.tryAcquire(request());
        assertThat(permit).isNotNull();
        permit.release();
        assertThat(one.inUse()).isZero();
    }

    @Test
    void anObserverThatThrowsCostsNoPermit() {
        TestLimits limits = TestLimits.perTenant(1, 0);
        AdmissionObserver broken = new AdmissionObserver() {
            @Override
            public void granted(String node, AdmissionRequest granted, long waitedNanos) {
                throw new IllegalStateException("a meter's own bug");
            }

            @Override
            public void rejected(
                    String node, AdmissionRequest rejected, Reason reason, long waitedNanos, boolean dryRun) {
                throw new IllegalStateException("a meter's own bug");
            }
        };
        FairAdmission one = new FairAdmission("test", limits, new FairScheduler(limits, 1), broken, time, clock);
        Permit held = one.tryAcquire(request());
        StepVerifier.create(one.acquire(request())).verifyError(AdmissionRejectedException.class);
        held.release();
        assertThat(one.inUse()).isZero();
    }

    @Test
    void aWaiterIsToldWhileAnotherWaitersCodeBlocksOnItsAnswer() {
        FairAdmission one = fair(1, 0);
        Permit held = one.tryAcquire(request());
        List<Throwable> told = new ArrayList<>();
        one.acquire(request())
                .subscribe(permit -> {}, first -> one.acquire(request()).subscribe(permit -> {}, told::add));
        assertThat(told).hasSize(1);
        one.acquire(request()).subscribe(permit -> {}, first -> {
            one.acquire(request()).subscribe(permit -> {}, told::add);
            assertThat(told).as("the nested one is told before this returns").hasSize(2);
            told.add(first);
        });
        assertThat(told).hasSize(3);
        held.release();
    }

    @Test
    void aRaisedLimitLetsWaitersInAtOnceAndALoweredOneDrains() {
        TestLimits limits = TestLimits.perTenant(1, 10);
        FairAdmission admission =
                new FairAdmission("test", limits, new FairScheduler(limits, 2), AdmissionObserver.NONE, time, clock);
        List<Permit> permits = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            admission.acquire(request()).subscribe(permits::add);
        }
        assertThat(permits).hasSize(1);

        limits.change(limits.settings().withTenantDefaults(TestLimits.tenant(2, 0, 1, 10)));
        assertThat(permits).hasSize(2);

        limits.change(limits.settings().withTenantDefaults(TestLimits.tenant(1, 0, 1, 10)));
        permits.remove(0).release();
        assertThat(permits).hasSize(1);
        permits.remove(0).release();
        assertThat(permits).hasSize(1);
        assertThat(admission.inUse()).isEqualTo(1);
    }

    @Test
    void aSnapshotShowsWhoUsesTheNode() {
        FairAdmission one = fair(1, 1);
        Permit held = one.tryAcquire(request());
        one.acquire(request()).subscribe(Permit::release);
        StepVerifier.create(one.acquire(request())).verifyError(AdmissionRejectedException.class);

        StepVerifier.create(one.snapshot(10))
                .assertNext(view -> {
                    assertThat(view.limit()).isEqualTo(1);
                    assertThat(view.inUse()).isEqualTo(1);
                    assertThat(view.waiting()).isEqualTo(1);
                    assertThat(view.tenants()).singleElement().satisfies(tenant -> {
                        assertThat(tenant.tenant()).isEqualTo(ACME);
                        assertThat(tenant.oldestWait()).isGreaterThanOrEqualTo(Duration.ZERO);
                        assertThat(tenant.rejected()).containsEntry(Reason.OVERLOADED, 1L);
                    });
                    assertThat(view.workloads())
                            .extracting(use -> use.workload())
                            .containsExactly(Workload.INTERACTIVE);
                })
                .verifyComplete();
        StepVerifier.create(one.snapshot(0))
                .assertNext(view -> assertThat(view.tenants()).isEmpty())
                .verifyComplete();
        held.release();
    }

    @Nested
    class WhenAllPermitsAreOut {

        private final FairAdmission admission = fair(1, 2);
        private final Permit held = admission.tryAcquire(request());
        private final List<String> granted = new ArrayList<>();

        @Test
        void waitersAreServedInTheOrderInWhichTheyCame() {
            waiter("first");
            waiter("second");
            assertThat(admission.waiting()).isEqualTo(2);

            held.release();

            assertThat(granted).containsExactly("first", "second");
            assertThat(admission.inUse()).isZero();
        }

        @Test
        void aNewcomerDoesNotOvertakeAWaiter() {
            Queue<Permit> permits = new ConcurrentLinkedQueue<>();
            admission.acquire(request()).subscribe(permits::add);
            held.release();
            assertThat(permits).hasSize(1);
            assertThat(admission.tryAcquire(request())).isNull();
        }

        @Test
        void aCancelledWaiterGivesItsSlotToTheNext() {
            Disposable first = waiter("first");
            waiter("second");
            first.dispose();
            assertThat(admission.waiting()).isEqualTo(1);

            held.release();

            assertThat(granted).containsExactly("second");
        }

        @Test
        void moreWaitersThanPlacesAreRejectedWithTheNumbers() {
            waiter("first");
            waiter("second");
            StepVerifier.create(admission.acquire(request())).verifyErrorSatisfies(e -> {
                AdmissionRejectedException rejected = (AdmissionRejectedException) e;
                assertThat(rejected.reason()).isEqualTo(Reason.OVERLOADED);
                assertThat(rejected.limit()).isEqualTo(2);
                assertThat(rejected.observed()).isEqualTo(2);
                assertThat(rejected.retryAfter()).isPositive();
            });
            assertThat(admission.waiting()).isEqualTo(2);
        }

        @Test
        void aWaiterIsRejectedWhenItsDeadlinePasses() {
            StepVerifier.create(admission.acquire(request(Duration.ofMillis(1))))
                    .then(() -> Await.until(PATIENCE, this::sweptAndGone, "the sweep sees the deadline"))
                    .verifyErrorSatisfies(e -> assertThat(((AdmissionRejectedException) e).reason())
                            .isEqualTo(Reason.DEADLINE));
        }

        private boolean sweptAndGone() {
            time.advanceTimeBy(Sweep.PERIOD);
            return admission.waiting() == 0;
        }

        @Test
        void anExpiredWaiterIsSkippedWhenAPermitComesBack() {
            AdmissionRequest hurried = request(Duration.ofMillis(1));
            List<Throwable> rejected = new ArrayList<>();
            admission.acquire(hurried).subscribe(Permit::release, rejected::add);
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
            return admission.acquire(request()).subscribe(permit -> {
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
        Await.until(PATIENCE, () -> stress.admission.inUse() == 0, "all permits are back");
        assertThat(stress.admission.waiting()).isZero();
        assertThat(stress.grants.get()).isPositive();
        assertThat(stress.ended.get() + stress.cancelled.get()).isEqualTo(stress.asked.get());
    }

    // The negative control: one lost permit, and the check above fails.
    @Test
    void aPermitThatIsNotReleasedIsSeen() throws InterruptedException {
        Stress stress = new Stress(3, 1);
        stress.run(System.nanoTime());

        assertThat(stress.admission.inUse()).isPositive();
    }

    private static final class Stress {

        private static final int THREADS = 4;
        private static final int CALLS = 5_000;

        final FairAdmission admission;
        final AtomicInteger toLose;
        final AtomicInteger inFlight = new AtomicInteger();
        final AtomicInteger mostInFlight = new AtomicInteger();
        final AtomicLong asked = new AtomicLong();
        final AtomicLong grants = new AtomicLong();
        final AtomicLong ended = new AtomicLong();
        final AtomicLong cancelled = new AtomicLong();
        private final Queue<Permit> out = new ConcurrentLinkedQueue<>();

        Stress(int permits, int toLose) {
            this.admission = TestLimits.admission(permits, 1_000);
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
                        return admission.waiting() == 0 && out.isEmpty();
                    },
                    "everybody was served");
        }

        private void call(Random random) {
            asked.incrementAndGet();
            AtomicInteger end = new AtomicInteger();
            Disposable waiter = admission.acquire(request()).subscribeWith(new Taker(end));
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

        /** Takes the permit that comes while it cancels, which a lambda's subscriber would drop. */
        private final class Taker extends BaseSubscriber<Permit> {

            private final AtomicInteger end;

            Taker(AtomicInteger end) {
                this.end = end;
            }

            @Override
            protected void hookOnNext(Permit permit) {
                granted(permit, end);
            }

            @Override
            protected void hookOnError(Throwable error) {
                finish(end, ended);
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

    private FairAdmission fair(int connections, int maxWaiting) {
        TestLimits limits = TestLimits.perTenant(connections, maxWaiting);
        return new FairAdmission(
                "test", limits, new FairScheduler(limits, connections), AdmissionObserver.NONE, time, clock);
    }

    private static AdmissionRequest request() {
        return request(PATIENCE);
    }

    private static AdmissionRequest request(Duration timeout) {
        return new AdmissionRequest(ACME, Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(timeout), null);
    }
}

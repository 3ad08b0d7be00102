package dev.sluice.r2dbc.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.AdmissionSnapshot;
import dev.sluice.admission.Permit;
import dev.sluice.admission.TenantLimits;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a node's admission hears, counts and says at the edges: when it is closed, when somebody leaves, when work ends early. */
class FairAdmissionLifeTest {

    private static final TenantId ACME = TenantId.of("acme");

    private final AtomicLong clock = new AtomicLong(1);
    private final List<String> outcomes = new ArrayList<>();
    private final AdmissionObserver observer = new AdmissionObserver() {
        @Override
        public void granted(String node, AdmissionRequest request, long waitedNanos) {
            outcomes.add("granted " + request.principal());
        }

        @Override
        public void rejected(String node, AdmissionRequest request, Reason reason, long waitedNanos, boolean dryRun) {
            outcomes.add("rejected " + request.principal());
        }

        @Override
        public void cancelled(String node, AdmissionRequest request, long waitedNanos) {
            outcomes.add("cancelled " + request.principal());
        }

        @Override
        public void shared(String node, AdmissionRequest request, long waitedNanos) {
            outcomes.add("shared %s after %d".formatted(request.principal(), waitedNanos));
        }
    };

    @Test
    void isForgottenByItsLimitsWhenItIsClosed() {
        TestLimits limits = TestLimits.perTenant(1, 10);
        FairAdmission admission = admission(limits, 2, VirtualTimeScheduler.create());
        Permit first = admission.tryAcquire(request("first"));
        List<Permit> second = new ArrayList<>();
        admission.acquire(request("second")).subscribe(second::add);
        assertThat(limits.listeners()).isEqualTo(1);

        admission.close();
        admission.close();
        assertThat(limits.listeners()).isZero();
        limits.change(limits.settings().withTenantDefaults(TestLimits.tenant(2, 0, 1, 10)));
        assertThat(second).as("a change is not heard").isEmpty();
        first.release();
        assertThat(second).as("a waiter is served all the same").hasSize(1);
    }

    @Test
    void whoLeavesBetweenItsGrantAndHearingOfItIsCountedAsCancelled() {
        TestLimits limits = TestLimits.perTenant(1, 10);
        FairAdmission admission = admission(limits, 5, VirtualTimeScheduler.create());
        Permit held = admission.tryAcquire(request("holder"));
        Disposable.Swap leaver = Disposables.swap();
        admission.acquire(request("stays")).subscribe(permit -> leaver.dispose());
        leaver.update(admission.acquire(request("leaves")).subscribe(permit -> outcomes.add("heard")));

        limits.change(limits.settings().withTenantDefaults(TestLimits.tenant(3, 0, 1, 10)));

        assertThat(outcomes).containsExactly("granted holder", "granted stays", "cancelled leaves");
        assertThat(admission.inUse()).isEqualTo(2);
        held.release();
    }

    @Test
    void whoLeavesBeforeItIsLookedAtIsCountedAsCancelled() {
        AtomicBoolean once = new AtomicBoolean();
        List<FairAdmission> admission = new ArrayList<>();
        TestLimits limits = new TestLimits(TestLimits.perTenant(1, 10).settings()) {
            @Override
            public TenantLimits tenant(TenantId tenant) {
                if (once.compareAndSet(false, true)) {
                    // Somebody is inside, so that both are notes for later.
                    admission.get(0).acquire(request("leaves")).subscribe().dispose();
                }
                return super.tenant(tenant);
            }
        };
        admission.add(admission(limits, 1, VirtualTimeScheduler.create()));
        admission.get(0).acquire(request("stays")).subscribe();
        assertThat(outcomes).containsExactlyInAnyOrder("granted stays", "cancelled leaves");
    }

    @Test
    void whoIsServedWithAnotherOnesPermitGivesUpItsPlace() {
        FairAdmission admission = admission(TestLimits.perTenant(1, 10), 1, VirtualTimeScheduler.create());
        Permit held = admission.tryAcquire(request("holder"));
        List<PlaceInQueue> places = new ArrayList<>();
        admission.acquire(request("served")).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                places.add((PlaceInQueue) subscription);
                subscription.request(1);
            }

            @Override
            protected void hookOnNext(Permit permit) {
                outcomes.add("heard");
            }
        });
        clock.addAndGet(7);
        assertThat(admission.waiting()).isEqualTo(1);

        places.get(0).leaveServed();
        places.get(0).leaveServed();
        places.get(0).cancel();

        assertThat(admission.waiting()).isZero();
        held.release();
        assertThat(outcomes).containsExactly("granted holder", "shared served after 7");
        assertThat(admission.inUse()).isZero();
    }

    @Test
    void timeAfterTheWorkHasEndedIsNotService() {
        FairAdmission admission = admission(TestLimits.perTenant(1, 10), 1, VirtualTimeScheduler.create());
        Permit permit = admission.tryAcquire(request("ann"));
        clock.addAndGet(Duration.ofMillis(20).toNanos());
        permit.workEnded();
        clock.addAndGet(Duration.ofSeconds(6).toNanos());
        permit.workEnded();
        assertThat(admission.inUse()).isEqualTo(1);
        permit.release();
        assertThat(serviceTime(admission)).isEqualTo(Duration.ofMillis(20));
    }

    // The negative control: without the word of its holder all of the time is service.
    @Test
    void timeUntilAPermitComesBackIsServiceOtherwise() {
        FairAdmission admission = admission(TestLimits.perTenant(1, 10), 1, VirtualTimeScheduler.create());
        Permit permit = admission.tryAcquire(request("ann"));
        clock.addAndGet(Duration.ofSeconds(6).toNanos());
        permit.release();
        assertThat(serviceTime(admission)).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void notesAreReadOnWhenTheSchedulerTakesNoMoreWork() {
        Scheduler gone = Schedulers.newSingle("gone");
        gone.dispose();
        AtomicBoolean once = new AtomicBoolean();
        int many = 1_000;
        List<Throwable> told = new ArrayList<>();
        List<FairAdmission> admission = new ArrayList<>();
        TestLimits limits = new TestLimits(TestLimits.perTenant(1, 0).settings()) {
            @Override
            public TenantLimits tenant(TenantId tenant) {
                if (once.compareAndSet(false, true)) {
                    for (int i = 0; i < many; i++) {
                        admission.get(0).snapshot(0).subscribe(view -> told.add(null), told::add);
                    }
                }
                return super.tenant(tenant);
            }
        };
        admission.add(admission(limits, 1, gone));
        Permit permit = admission.get(0).tryAcquire(request("ann"));
        assertThat(told).hasSize(many).containsOnlyNulls();
        permit.release();
        assertThat(admission.get(0).inUse()).isZero();
        assertThat(admission.get(0).tryAcquire(request("bob"))).isNotNull();
    }

    private FairAdmission admission(TestLimits limits, int connections, Scheduler timer) {
        return new FairAdmission("test", limits, new FairScheduler(limits, connections), observer, timer, clock::get);
    }

    private static Duration serviceTime(FairAdmission admission) {
        List<Duration> times = new ArrayList<>();
        StepVerifier.create(admission.snapshot(0).map(AdmissionSnapshot::workloads))
                .assertNext(workloads -> workloads.forEach(use -> times.add(use.serviceTime())))
                .verifyComplete();
        assertThat(times).hasSize(1);
        return times.get(0);
    }

    private AdmissionRequest request(String principal) {
        Deadline deadline = new Deadline(clock.get() + Duration.ofMinutes(1).toNanos());
        return new AdmissionRequest(ACME, Workload.INTERACTIVE, Priority.INTERACTIVE, deadline, principal);
    }
}

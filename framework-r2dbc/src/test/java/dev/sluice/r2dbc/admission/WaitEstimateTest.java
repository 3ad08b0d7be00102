package dev.sluice.r2dbc.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.tenant.TenantId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is rejected on arrival because its deadline cannot be met, and who is not. */
class WaitEstimateTest implements Decisions {

    private static final long MILLI = 1_000_000;
    private static final int CONNECTIONS = 10;

    private final TestLimits limits = TestLimits.perTenant(5, 1_000);
    private final FairScheduler scheduler = new FairScheduler(limits, CONNECTIONS);
    private final List<Slot> slots = new ArrayList<>();
    private final List<AdmissionRejectedException> rejections = new ArrayList<>();
    private long now = 1;

    @Test
    void aDeadlineThatCannotBeMetIsRejectedOnArrivalWithTheTimes() {
        learn("acme", Workload.INTERACTIVE, 100);
        ask("acme", Workload.INTERACTIVE, 5, 10_000);
        ask("acme", Workload.INTERACTIVE, 10, 10_000);
        assertThat(rejections).isEmpty();

        // Eleven calls of 100 ms on five connections.
        ask("acme", Workload.INTERACTIVE, 1, 200);
        assertThat(rejections).singleElement().satisfies(rejected -> {
            assertThat(rejected.reason()).isEqualTo(Reason.DEADLINE);
            assertThat(rejected.limit()).isEqualTo(200);
            assertThat(rejected.observed()).isBetween(215, 225);
            assertThat(rejected.retryAfter().toMillis()).isBetween(35L, 45L);
        });
        ask("acme", Workload.INTERACTIVE, 1, 260);
        assertThat(rejections).hasSize(1);
    }

    @Test
    void nobodyIsRejectedBeforeEnoughCallsAreKnown() {
        for (int i = 0; i < 31; i++) {
            learnOne("acme", Workload.INTERACTIVE, 1_000);
        }
        ask("acme", Workload.INTERACTIVE, 50, 100);
        assertThat(rejections).isEmpty();
    }

    @Test
    void aNewcomerIsNotRejectedForTheFloodOfAnother() {
        learn("flood", Workload.INTERACTIVE, 100);
        ask("flood", Workload.INTERACTIVE, 500, 60_000);
        for (int i = 0; i < 5; i++) {
            ask("other" + i, Workload.INTERACTIVE, 2, 1_000);
        }
        assertThat(rejections).isEmpty();
    }

    @Test
    void quickCallsAheadOfASlowOneCountAsQuick() {
        learn("acme", Workload.INTERACTIVE, 5);
        learn("acme", Workload.REPORTING, 1_000);
        ask("acme", Workload.INTERACTIVE, 60, 10_000);
        ask("acme", Workload.REPORTING, 1, 3_000);
        assertThat(rejections).isEmpty();
    }

    @Test
    void aFewSlowCallsOfOneTenantDoNotStandForThoseOfAll() {
        learn("acme", Workload.INTERACTIVE, 2);
        learnOne("bad", Workload.INTERACTIVE, 5_000);
        learnOne("bad", Workload.INTERACTIVE, 5_000);
        ask("acme", Workload.INTERACTIVE, 25, 250);
        assertThat(rejections).isEmpty();
    }

    @Test
    void theLimitOfAWorkloadHoldsForTheCallsOfAllTenantsAhead() {
        learn("t0", Workload.BACKGROUND, 100);
        for (int i = 0; i < 42; i++) {
            ask("t" + i, Workload.BACKGROUND, 1, 60_000);
        }
        // Forty wait and one more comes, two at a time: 2,050 ms.
        ask("late", Workload.BACKGROUND, 1, 1_500);
        assertThat(rejections).hasSize(1);
    }

    // A mean that is too high keeps waiters out; it is corrected by the calls that find a connection free.
    @Test
    void callsThatNeedNotWaitCorrectAMeanThatIsTooHigh() {
        learn("acme", Workload.INTERACTIVE, 1_000);
        assertThat(waiterIsRejected()).isTrue();

        learn("acme", Workload.INTERACTIVE, 2);
        assertThat(waiterIsRejected()).isFalse();
    }

    // The negative control: were they asked for the estimate too, as waiters are, none would run and it would stand for
    // ever.
    @Test
    void callsThatAreHeldToTheMeanCorrectNothing() {
        learn("acme", Workload.INTERACTIVE, 1_000);
        for (int i = 0; i < 40; i++) {
            if (!WaitEstimate.ofOwnCall(serviceTime()).exceeds(100 * MILLI)) {
                learnOne("acme", Workload.INTERACTIVE, 2);
            }
            now += 2 * MILLI;
        }

        assertThat(waiterIsRejected()).isTrue();
    }

    private ServiceTime serviceTime() {
        return scheduler.workloads().iterator().next().serviceTime;
    }

    /** Whether somebody with 100 ms left is rejected where one call is ahead on each connection that he may have. */
    private boolean waiterIsRejected() {
        rejections.clear();
        ask("acme", Workload.INTERACTIVE, 5, 60_000);
        ask("acme", Workload.INTERACTIVE, 1, 100);
        boolean rejected = !rejections.isEmpty();
        now += 2 * MILLI;
        List<Slot> held = List.copyOf(slots);
        slots.clear();
        held.forEach(slot -> scheduler.release(slot, now, this));
        return rejected;
    }

    private void learn(String tenant, Workload workload, long millis) {
        for (int i = 0; i < 40; i++) {
            learnOne(tenant, workload, millis);
        }
    }

    private void learnOne(String tenant, Workload workload, long millis) {
        Slot slot = scheduler.tryGrant(request(tenant, workload, 60_000), now);
        assertThat(slot).isNotNull();
        now += millis * MILLI;
        scheduler.release(slot, now, this);
    }

    private void ask(String tenant, Workload workload, int calls, long leftMillis) {
        for (int i = 0; i < calls; i++) {
            scheduler.add(new QueuedRequest(request(tenant, workload, leftMillis)), now, this);
        }
    }

    private AdmissionRequest request(String tenant, Workload workload, long leftMillis) {
        Priority priority = limits.workload(workload).priority();
        return new AdmissionRequest(
                TenantId.of(tenant), workload, priority, new Deadline(now + leftMillis * MILLI), null);
    }

    @Override
    public void granted(QueuedRequest waiter, Slot slot) {
        slots.add(slot);
    }

    @Override
    public void rejected(QueuedRequest waiter, AdmissionRejectedException reason, long at) {
        rejections.add(reason);
    }

    @Override
    public void wouldReject(QueuedRequest waiter, AdmissionRejectedException reason) {
        throw new AssertionError("no dry run", reason);
    }
}

package dev.sluice.r2dbc.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class RateLimitsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    // Invariant 13: BlockHound is on, and tells a thread of this scheduler that it parks.
    @Test
    void noThreadIsParkedWhereManyMeetAtOneLimit() {
        RateLimits rates = rates(100_000_000, 0);
        AtomicInteger within = new AtomicInteger();
        StepVerifier.create(Flux.range(0, 4).flatMap(thread -> Mono.fromRunnable(() -> {
                            for (int i = 0; i < 100_000; i++) {
                                rates.check(request("acme", null));
                                within.incrementAndGet();
                            }
                        })
                        .subscribeOn(Schedulers.parallel())))
                .expectComplete()
                .verify(PATIENCE);
        assertThat(within).hasValue(400_000);
    }

    @Test
    void aTenantAndEachOfItsPrincipalsHaveLimitsOfTheirOwn() {
        RateLimits rates = rates(1_000, 2);
        assertThat(withinOf(10, rates, "acme", "ann")).isBetween(2, 4);
        assertThat(withinOf(10, rates, "acme", "bob")).isBetween(2, 4);
        assertThat(withinOf(10, rates, "acme", null)).isEqualTo(10);
        assertThat(withinOf(10, rates, "globex", "ann")).isBetween(2, 4);
    }

    @Test
    void workAcrossTenantsHasNoLimit() {
        RateLimits rates = rates(1, 1);
        for (int i = 0; i < 10; i++) {
            rates.check(new AdmissionRequest(
                    null, Workload.BACKGROUND, Priority.BACKGROUND, Deadline.after(PATIENCE), "ann"));
        }
        assertThat(withinOf(10, rates, "acme", null)).isLessThan(10);
    }

    @Test
    void aCallThatItsTenantMayNotMakeCostsItsPrincipalNothing() {
        TestLimits limits = limits(2, 5);
        RateLimits rates = new RateLimits(limits, AdmissionObserver.NONE);
        assertThat(withinOf(10, rates, "acme", "ann")).isBetween(2, 4);
        limits.change(limits(0, 5).settings());
        assertThat(withinOf(10, rates, "acme", "ann")).isGreaterThanOrEqualTo(3);
    }

    @Test
    void aCallThatItsPrincipalMayNotMakeCostsItsTenantNothing() {
        RateLimits rates = rates(5, 2);
        assertThat(withinOf(10, rates, "acme", "ann")).isBetween(2, 4);
        assertThat(withinOf(10, rates, "acme", null)).isGreaterThanOrEqualTo(3);
    }

    private static int withinOf(int calls, RateLimits rates, String tenant, String principal) {
        int within = 0;
        for (int i = 0; i < calls; i++) {
            try {
                rates.check(request(tenant, principal));
                within++;
            } catch (AdmissionRejectedException e) {
                assertThat(e.retryAfter()).isBetween(Duration.ZERO, Duration.ofSeconds(1));
            }
        }
        return within;
    }

    private static RateLimits rates(int perTenant, int perPrincipal) {
        return new RateLimits(limits(perTenant, perPrincipal), AdmissionObserver.NONE);
    }

    private static TestLimits limits(int perTenant, int perPrincipal) {
        return new TestLimits(TestLimits.perTenant(5, 5)
                .settings()
                .withTenantDefaults(new TenantLimits(5, 0, 1, 5, perTenant, new PrincipalLimits(0, perPrincipal))));
    }

    private static AdmissionRequest request(String tenant, String principal) {
        return new AdmissionRequest(
                TenantId.of(tenant), Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(PATIENCE), principal);
    }
}

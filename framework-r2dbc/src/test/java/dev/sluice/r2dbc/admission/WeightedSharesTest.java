package dev.sluice.r2dbc.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.AdmissionSettings;
import dev.sluice.r2dbc.admission.Simulation.Flow;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Tenants of the weights 1 and 4 that have more to do than a node of ten connections can: Jain's index over what each has,
 * divided by what it is entitled to. It has the connections that were in use for it, on average over the run. It is
 * entitled to its max-min share of the connections that were in use for all, by weight and within its own limit. These are
 * eight to ten of the ten: what of the slots for newcomers nobody may use, since all are busy, is nobody's share.
 */
class WeightedSharesTest {

    private static final int CONNECTIONS = 10;
    private static final int HEAVY = 4;
    private static final int CALLS = 20_000;
    private static final double FAIR = 0.97;

    private final long seed = System.nanoTime();

    WeightedSharesTest() {
        System.out.println("seed " + seed);
    }

    @Test
    void areTheirsWhetherTheTenantsAreFewerOrMoreThanTheConnections() {
        double least = 1;
        double idle = 0;
        int runs = 0;
        for (int tenants = 2; tenants <= 20; tenants++) {
            for (int heavy = 1; heavy < tenants; heavy++) {
                Run run = run(Order.FAIR, mixed(tenants, heavy));
                assertThat(run.fairness())
                        .as("%d tenants, %d of them heavy", tenants, heavy)
                        .isGreaterThanOrEqualTo(FAIR);
                assertThat(run.simulation.idle())
                        .as("idle beside %d tenants, %d of them heavy", tenants, heavy)
                        .isLessThan(0.21);
                least = Math.min(least, run.fairness());
                idle += run.simulation.idle();
                runs++;
            }
        }
        System.out.printf("%d mixes: index at least %.4f, %.1f %% idle on average%n", runs, least, 100 * idle / runs);
    }

    @Test
    void areTheirsAmongManyTenants() {
        for (int tenants : new int[] {24, 50, 100}) {
            assertThat(run(Order.FAIR, mixed(tenants, tenants / 2)).fairness())
                    .as("%d tenants", tenants)
                    .isGreaterThanOrEqualTo(FAIR);
        }
    }

    @Test
    void ofWhoReachesItsLimitGoToTheOthersByTheirWeights() {
        for (int tenants = 3; tenants <= 20; tenants++) {
            List<Tenant> mix = mixed(tenants, tenants / 2);
            mix.set(0, new Tenant(HEAVY, 1));
            assertThat(run(Order.FAIR, mix).fairness())
                    .as("%d tenants", tenants)
                    .isGreaterThanOrEqualTo(FAIR);
        }
    }

    // The negative control: whoever has nothing in flight goes ahead, as often as it likes.
    @Test
    void areLostWhenNewcomersGoAheadOfTheirTurnWithoutABound() {
        Order unbounded = Orders.ahead(1e9);
        assertThat(run(unbounded, mixed(6, 3)).fairness()).isLessThan(FAIR);
        assertThat(run(unbounded, mixed(10, 5)).fairness()).isLessThan(FAIR);
        assertThat(run(unbounded, mixed(12, 6)).fairness()).isLessThan(FAIR);
    }

    // The negative control: what is in flight has no memory, and weights are lost among more tenants than slots.
    @Test
    void areLostByWhatIsInFlightAlone() {
        Comparator<TenantQueue> inFlight = Comparator.<TenantQueue>comparingDouble(
                        queue -> (double) queue.tenant.inFlight / queue.weight())
                .thenComparingLong(Orders::arrival);
        assertThat(run(Orders.by(inFlight), mixed(24, 12)).fairness()).isLessThan(FAIR);
    }

    private static List<Tenant> mixed(int tenants, int heavy) {
        List<Tenant> mix = new ArrayList<>();
        for (int i = 0; i < tenants; i++) {
            mix.add(new Tenant(i < heavy ? HEAVY : 1, CONNECTIONS));
        }
        return mix;
    }

    private Run run(Order order, List<Tenant> tenants) {
        AdmissionSettings settings = TestLimits.perTenant(CONNECTIONS, 100_000).settings();
        List<Flow> flows = new ArrayList<>();
        for (int i = 0; i < tenants.size(); i++) {
            Tenant tenant = tenants.get(i);
            flows.add(Flow.of("t" + i, 40, Duration.ofMillis(20)));
            settings = settings.withTenant(
                    TenantId.of("t" + i), TestLimits.tenant(tenant.limit, 0, tenant.weight, 100_000));
        }
        return new Run(tenants, flows, new Simulation(settings, CONNECTIONS, order, seed).run(CALLS, flows));
    }

    private record Tenant(int weight, int limit) {}

    private record Run(List<Tenant> tenants, List<Flow> flows, Simulation simulation) {

        double fairness() {
            double[] has = flows.stream().mapToDouble(simulation::inUse).toArray();
            double level = level(Arrays.stream(has).sum());
            double[] ofEntitlement = new double[has.length];
            for (int i = 0; i < has.length; i++) {
                ofEntitlement[i] = has[i] / entitlement(tenants.get(i), level);
            }
            return Simulation.jain(ofEntitlement);
        }

        /** What each has for its weight when all together have so much, as water finds its level: by halving. */
        private double level(double all) {
            double low = 0;
            double high = all;
            for (int i = 0; i < 60; i++) {
                double middle = (low + high) / 2;
                double given = tenants.stream()
                        .mapToDouble(tenant -> entitlement(tenant, middle))
                        .sum();
                if (given < all) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return high;
        }

        private static double entitlement(Tenant tenant, double level) {
            return Math.min(tenant.limit, tenant.weight * level);
        }
    }
}

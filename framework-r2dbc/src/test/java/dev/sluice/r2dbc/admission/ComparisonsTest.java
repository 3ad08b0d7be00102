package dev.sluice.r2dbc.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.r2dbc.admission.Simulation.Flow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Comparisons per grant grow as c·log₂(active tenants), counted in every heap that a request passes: that of its tenant,
 * that of the deadlines and that of its tenant's principals.
 */
class ComparisonsTest {

    private static final int CONNECTIONS = 10;
    private static final int GRANTS = 20_000;
    private static final int CALLERS = 200;

    private final long seed = System.nanoTime();

    ComparisonsTest() {
        System.out.println("seed " + seed);
    }

    @Test
    void growWithTheLogarithmOfTheActiveTenants() {
        double few = perGrant(10, 2, 1) / log2(10);
        for (int tenants : new int[] {100, 1_000, 10_000, 100_000}) {
            double perLog = perGrant(tenants, 2, 1) / log2(tenants);
            System.out.printf("%d tenants: %.2f comparisons per grant and log2%n", tenants, perLog);
            assertThat(perLog).as("%d tenants", tenants).isLessThan(1.5 * few);
        }
    }

    @Test
    void growWithTheLogarithmOfTheActivePrincipals() {
        double few = perGrant(10, 10, 1) / log2(100);
        for (int principals : new int[] {100, 1_000}) {
            assertThat(perGrant(10, principals, 1) / log2(10 * principals))
                    .as("%d principals", principals)
                    .isLessThan(1.5 * few);
        }
    }

    // The negative control: one that looks at all tenants where it should look at two is seen, in each of the heaps.
    @Test
    void areSeenWhenTheyGrowFaster() {
        double few = perGrant(10, 2, 10) / log2(10);
        assertThat(perGrant(1_000, 2, 1_000) / log2(1_000)).isGreaterThan(1.5 * few);
    }

    @Test
    void areCountedInEveryHeap() {
        assertThat(counted(10, 20, Counted.TENANTS)).isPositive();
        assertThat(counted(10, 20, Counted.DEADLINES)).isPositive();
        assertThat(counted(10, 20, Counted.PRINCIPALS)).isPositive();
    }

    private double perGrant(int tenants, int principals, int cost) {
        double all = 0;
        for (Counted each : Counted.values()) {
            all += counted(tenants, principals, each);
        }
        return cost * all;
    }

    private double counted(int tenants, int principals, Counted counted) {
        List<Flow> flows = new ArrayList<>();
        int concurrency = Math.max(1, CALLERS / tenants / principals);
        for (int t = 0; t < tenants; t++) {
            for (int p = 0; p < principals; p++) {
                flows.add(Flow.of("t" + t, concurrency, Duration.ofMillis(20)).as("p" + p));
            }
        }
        AtomicLong comparisons = new AtomicLong();
        Simulation simulation = new Simulation(
                TestLimits.perTenant(CONNECTIONS, 1_000_000).settings(), CONNECTIONS, counted.order(comparisons), seed);
        simulation.run(1, flows);
        comparisons.set(0);
        simulation.run(1 + GRANTS, List.of());
        return (double) comparisons.get() / GRANTS;
    }

    private static double log2(int n) {
        return Math.log(n) / Math.log(2);
    }

    private enum Counted {
        TENANTS,
        DEADLINES,
        PRINCIPALS;

        Order order(AtomicLong comparisons) {
            Order fair = Order.FAIR;
            return new Order(
                    this == TENANTS ? counting(fair.tenants(), comparisons) : fair.tenants(),
                    this == DEADLINES ? counting(fair.deadlines(), comparisons) : fair.deadlines(),
                    this == PRINCIPALS ? counting(fair.principals(), comparisons) : fair.principals(),
                    fair.callsAhead());
        }

        private static <T> Comparator<T> counting(Comparator<T> order, AtomicLong comparisons) {
            return (one, other) -> {
                comparisons.incrementAndGet();
                return order.compare(one, other);
            };
        }
    }
}

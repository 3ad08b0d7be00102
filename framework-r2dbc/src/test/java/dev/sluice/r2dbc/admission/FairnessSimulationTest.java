package dev.sluice.r2dbc.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.r2dbc.admission.Simulation.Flow;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who gets what of a node that is asked for more than it has, by virtual time; and that the checks see it when it is unfair. */
class FairnessSimulationTest {

    private static final int CONNECTIONS = 10;
    private static final Duration CALL = Duration.ofMillis(20);
    private static final AdmissionSettings OPEN =
            TestLimits.perTenant(CONNECTIONS, 100_000).settings();

    private final long seed = System.nanoTime();

    FairnessSimulationTest() {
        System.out.println("seed " + seed);
    }

    @Nested
    class EqualTenants {

        @Test
        void haveEqualSharesWhetherTheyAreFewOrMany() {
            for (int tenants : new int[] {2, 5, 10, 12, 40, 200}) {
                List<Flow> flows = equal(tenants);
                assertThat(jain(run(OPEN, flows, Lane.ORDER), flows, flow -> 1))
                        .as("%d tenants", tenants)
                        .isGreaterThanOrEqualTo(0.99);
            }
        }

        @Test
        void haveEqualSharesOfTimeHoweverManyCallsTheyHaveWaitingAndHoweverLongTheseTake() {
            List<Flow> flows = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                flows.add(Flow.of("t" + i, 5 + 10 * i, CALL.multipliedBy(1 + i % 5)));
            }
            assertThat(jain(run(OPEN, flows, Lane.ORDER), flows, flow -> 1)).isGreaterThanOrEqualTo(0.99);
        }

        // The negative control: who asks most gets most.
        @Test
        void areNotEqualFirstComeFirstServed() {
            List<Flow> flows = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                flows.add(Flow.of("t" + i, 5 + 10 * i, CALL));
            }
            Comparator<TenantQueue> firstComeFirstServed = Comparator.comparingLong(FairnessSimulationTest::arrival);
            assertThat(jain(run(OPEN, flows, firstComeFirstServed), flows, flow -> 1))
                    .isLessThan(0.9);
            assertThat(jain(run(OPEN, flows, Lane.ORDER), flows, flow -> 1)).isGreaterThanOrEqualTo(0.99);
        }

        @Test
        void whoComesBackAgainAndAgainStarvesNobodyWhoWaits() {
            List<Flow> flows = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                flows.add(Flow.of("comes-back" + i, 1, CALL));
            }
            Flow patient = Flow.of("patient", 50, CALL);
            flows.add(patient);
            Simulation simulation = run(OPEN, flows, Lane.ORDER);
            double fair = simulation.order.size() * CALL.toMillis() / 1e3 / flows.size();
            assertThat(simulation.heldSeconds(patient)).isGreaterThan(0.8 * fair);
        }
    }

    @Nested
    class WorkloadsOfOneClass {

        @Test
        void shareByTimeHoweverLongTheirCallsTake() {
            List<Flow> flows = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                flows.add(Flow.of("quick" + i, 3, CALL));
            }
            Flow slow = Flow.of("slow", 1, CALL.multipliedBy(100)).in(Workload.REPORTING, Priority.INTERACTIVE);
            flows.add(slow);
            Simulation simulation = run(OPEN, flows, Lane.ORDER, 200_000);
            double held = flows.stream().mapToDouble(simulation::heldSeconds).sum();
            assertThat(simulation.heldSeconds(slow) / (held / flows.size())).isBetween(0.8, 1.2);
        }
    }

    @Nested
    class WeightedTenants {

        /**
         * With about as many tenants as slots the slots for newcomers bend the weights: a light tenant whose call has ended
         * has nothing in flight, and takes one of the last slots before it is due. They are meant to; the figures are in
         * the design decisions.
         */
        @Test
        void haveSharesByTheirWeightsWhenTheyAreFewAndWhenTheyAreMany() {
            for (int tenants : new int[] {2, 3, 4, 16, 24, 100}) {
                assertThat(weighted(tenants, Lane.ORDER))
                        .as("%d tenants", tenants)
                        .isGreaterThanOrEqualTo(0.97);
            }
        }

        // The negative control: by what they have in flight alone, weights are lost when there are more tenants than
        // slots.
        @Test
        void haveNotTheirSharesByWhatTheyHaveInFlightAlone() {
            Comparator<TenantQueue> inFlight = Comparator.<TenantQueue>comparingDouble(
                            queue -> (double) queue.tenant.inFlight / queue.weight())
                    .thenComparingLong(FairnessSimulationTest::arrival);
            assertThat(weighted(24, inFlight)).isLessThan(0.97);
        }

        private double weighted(int tenants, Comparator<TenantQueue> order) {
            AdmissionSettings settings = OPEN;
            List<Flow> flows = equal(tenants);
            for (int i = 0; i < tenants; i++) {
                settings = settings.withTenant(
                        TenantId.of("t" + i), TestLimits.tenant(CONNECTIONS, 0, 1 + 3 * (i % 2), 100_000));
            }
            AdmissionSettings weights = settings;
            return jain(run(settings, flows, order), flows, flow -> weights.limitsOf(flow.tenant())
                    .weight());
        }
    }

    @Nested
    class Priorities {

        /** In each class; more than slots, so that those for newcomers are open to all classes. */
        private static final int TENANTS = 20;

        @Test
        void haveTheirSharesOfTheGrantsUnderAFloodOfEach() {
            Simulation simulation = new Simulation(withoutWorkloadLimits(), CONNECTIONS, seed).run(24_000, floods());
            assertThat(share(simulation, Priority.INTERACTIVE)).isBetween(8 / 12.0 - 0.01, 8 / 12.0 + 0.01);
            assertThat(share(simulation, Priority.STANDARD)).isBetween(3 / 12.0 - 0.01, 3 / 12.0 + 0.01);
            assertThat(share(simulation, Priority.BACKGROUND)).isBetween(1 / 12.0 - 0.01, 1 / 12.0 + 0.01);
        }

        @Test
        void areNotSharedWhereOneClassHasAllTheWaiters() {
            // The negative control: what is all in one class goes by tenant, not by 8 : 3 : 1.
            List<Flow> flows = floods().stream()
                    .map(flow -> flow.in(flow.workload(), Priority.STANDARD))
                    .toList();
            Simulation simulation = new Simulation(withoutWorkloadLimits(), CONNECTIONS, seed).run(24_000, flows);
            assertThat(simulation.order.stream()
                            .filter(flow -> flow.workload().equals(Workload.BACKGROUND))
                            .count())
                    .isBetween(24_000L / 3 - 500, 24_000L / 3 + 500);
        }

        @Test
        void aClassThatWasAwayHasNothingSavedUp() {
            List<Flow> interactive = floods().subList(0, TENANTS);
            Simulation simulation = new Simulation(withoutWorkloadLimits(), CONNECTIONS, seed).run(12_000, interactive);
            int before = simulation.order.size();
            simulation.run(before + 1_200, floods().subList(2 * TENANTS, 3 * TENANTS));
            assertThat(simulation.order.subList(before, before + 1_200).stream()
                            .filter(flow -> flow.priority() == Priority.BACKGROUND)
                            .count())
                    .isBetween(1_200L / 9 - 30, 1_200L / 9 + 30);
        }

        private double share(Simulation simulation, Priority priority) {
            return (double) simulation.order.stream()
                            .filter(flow -> flow.priority() == priority)
                            .count()
                    / simulation.order.size();
        }

        private static List<Flow> floods() {
            List<Flow> flows = new ArrayList<>();
            for (Workload workload : List.of(Workload.INTERACTIVE, Workload.REPORTING, Workload.BACKGROUND)) {
                Priority priority =
                        AdmissionSettings.DEFAULT.workloads().get(workload).priority();
                for (int i = 0; i < TENANTS; i++) {
                    flows.add(Flow.of(workload + "-" + i, 100, CALL).in(workload, priority));
                }
            }
            return flows;
        }

        private static AdmissionSettings withoutWorkloadLimits() {
            return OPEN.withWorkload(Workload.BACKGROUND, new WorkloadLimits(Priority.BACKGROUND, 0));
        }
    }

    /** Comparisons per grant grow as c·log₂(tenants), counted, from 10 to 100,000 active tenants. */
    @Nested
    class Cost {

        private static final int GRANTS = 20_000;

        @Test
        void growsWithTheLogarithmOfTheActiveTenants() {
            double small = comparisonsPerGrant(10, Lane.ORDER) / log2(10);
            for (int tenants : new int[] {100, 1_000, 10_000, 100_000}) {
                double perLog = comparisonsPerGrant(tenants, Lane.ORDER) / log2(tenants);
                System.out.printf("%d tenants: %.2f comparisons per grant and log2%n", tenants, perLog);
                assertThat(perLog).as("%d tenants", tenants).isLessThan(1.5 * small);
            }
        }

        // The negative control: an order that asks all of the others in each comparison is seen.
        @Test
        void isSeenWhenItGrowsFaster() {
            double small = comparisonsPerGrant(10, new Scanning(10)) / log2(10);
            assertThat(comparisonsPerGrant(1_000, new Scanning(1_000)) / log2(1_000))
                    .isGreaterThan(1.5 * small);
        }

        private double comparisonsPerGrant(int tenants, Comparator<TenantQueue> order) {
            AtomicLong comparisons = new AtomicLong();
            Comparator<TenantQueue> counting = (one, other) -> {
                comparisons.addAndGet(order instanceof Scanning scanning ? scanning.size : 1);
                return order.compare(one, other);
            };
            List<Flow> flows = IntStream.range(0, tenants)
                    .mapToObj(i -> Flow.of("t" + i, Math.max(2, 200 / tenants), CALL))
                    .toList();
            Simulation simulation = new Simulation(
                    new TestLimits(OPEN.withMaxWaiting(1_000_000)), CONNECTIONS, counting, seed, Duration.ofDays(1));
            simulation.run(1, flows);
            comparisons.set(0);
            simulation.run(1 + GRANTS, List.of());
            return (double) comparisons.get() / GRANTS;
        }

        private static double log2(int n) {
            return Math.log(n) / Math.log(2);
        }

        private record Scanning(int size) implements Comparator<TenantQueue> {

            @Override
            public int compare(TenantQueue one, TenantQueue other) {
                return Lane.ORDER.compare(one, other);
            }
        }
    }

    private Simulation run(AdmissionSettings settings, List<Flow> flows, Comparator<TenantQueue> order) {
        return run(settings, flows, order, Math.max(20_000, 100 * flows.size()));
    }

    private Simulation run(AdmissionSettings settings, List<Flow> flows, Comparator<TenantQueue> order, int calls) {
        TestLimits limits = new TestLimits(settings);
        return new Simulation(limits, CONNECTIONS, order, new Random(seed).nextLong(), Duration.ofDays(1))
                .run(calls, flows);
    }

    private static double jain(
            Simulation simulation, List<Flow> flows, java.util.function.ToDoubleFunction<Flow> entitlement) {
        return Simulation.jain(flows.stream()
                .mapToDouble(flow -> simulation.heldSeconds(flow) / entitlement.applyAsDouble(flow))
                .toArray());
    }

    private static List<Flow> equal(int tenants) {
        return IntStream.range(0, tenants)
                .mapToObj(i -> Flow.of("t" + i, 40, CALL))
                .toList();
    }

    private static long arrival(TenantQueue queue) {
        QueuedRequest next = queue.next();
        return next == null ? Long.MAX_VALUE : next.arrival;
    }
}

package dev.sluice.r2dbc.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.r2dbc.admission.Simulation.Flow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
            for (int tenants : new int[] {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 40, 200}) {
                List<Flow> flows = equal(tenants);
                assertThat(jain(run(OPEN, flows, Order.FAIR), flows, flow -> 1))
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
            assertThat(jain(run(OPEN, flows, Order.FAIR), flows, flow -> 1)).isGreaterThanOrEqualTo(0.99);
        }

        // The negative control: who asks most gets most.
        @Test
        void areNotEqualFirstComeFirstServed() {
            List<Flow> flows = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                flows.add(Flow.of("t" + i, 5 + 10 * i, CALL));
            }
            Order firstComeFirstServed = Orders.by(Comparator.comparingLong(Orders::arrival));
            assertThat(jain(run(OPEN, flows, firstComeFirstServed), flows, flow -> 1))
                    .isLessThan(0.9);
            assertThat(jain(run(OPEN, flows, Order.FAIR), flows, flow -> 1)).isGreaterThanOrEqualTo(0.99);
        }

        @Test
        void whoComesBackAgainAndAgainStarvesNobodyWhoWaits() {
            List<Flow> flows = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                flows.add(Flow.of("comes-back" + i, 1, CALL));
            }
            Flow patient = Flow.of("patient", 50, CALL);
            flows.add(patient);
            Simulation simulation = run(OPEN, flows, Order.FAIR);
            double fair = simulation.order.size() * CALL.toMillis() / 1e3 / flows.size();
            assertThat(simulation.heldSeconds(patient)).isGreaterThan(0.8 * fair);
        }
    }

    @Nested
    class Newcomers {

        private static final int CALLS = 1_000;

        @Test
        void areServedAtOnceBesideFloodsOfSlowCalls() {
            for (int floods : new int[] {1, 3, 5}) {
                assertThat(servedAtOnce(floods, Order.FAIR))
                        .as("%d floods", floods)
                        .isGreaterThan(CALLS * 95 / 100);
            }
        }

        // The negative control: nobody may go ahead of its turn, so that the last slots are nobody's.
        @Test
        void waitWhenTheyMayNotGoAhead() {
            assertThat(servedAtOnce(3, Orders.ahead(-1e9))).isLessThan(CALLS / 10);
        }

        /** One call of a millisecond in each ten, of nine tenants in turn. */
        private int servedAtOnce(int floods, Order order) {
            Simulation simulation = run(OPEN, equal(floods, CALL.multipliedBy(10)), order, 100);
            int atOnce = 0;
            for (int i = 0; i < CALLS; i++) {
                Flow newcomer = Flow.of("newcomer" + i % 9, 0, Duration.ofMillis(1));
                simulation.runFor(Duration.ofMillis(10));
                atOnce += simulation.isServedAtOnce(newcomer) ? 1 : 0;
            }
            return atOnce;
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
            Simulation simulation = run(OPEN, flows, Order.FAIR, 200_000);
            double held = flows.stream().mapToDouble(simulation::heldSeconds).sum();
            assertThat(simulation.heldSeconds(slow) / (held / flows.size())).isBetween(0.8, 1.2);
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

    private Simulation run(AdmissionSettings settings, List<Flow> flows, Order order) {
        return run(settings, flows, order, Math.max(20_000, 100 * flows.size()));
    }

    private Simulation run(AdmissionSettings settings, List<Flow> flows, Order order, int calls) {
        return new Simulation(settings, CONNECTIONS, order, seed).run(calls, flows);
    }

    private static double jain(
            Simulation simulation, List<Flow> flows, java.util.function.ToDoubleFunction<Flow> entitlement) {
        return Simulation.jain(flows.stream()
                .mapToDouble(flow -> simulation.heldSeconds(flow) / entitlement.applyAsDouble(flow))
                .toArray());
    }

    private static List<Flow> equal(int tenants) {
        return equal(tenants, CALL);
    }

    private static List<Flow> equal(int tenants, Duration call) {
        return IntStream.range(0, tenants)
                .mapToObj(i -> Flow.of("t" + i, 40, call))
                .toList();
    }
}

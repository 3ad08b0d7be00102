package dev.sluice.replica.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is concluded from probes, against the truth of simulated clusters; and that wrong conclusions are found. */
class ClusterSimulationTest {

    private static final int STEPS = 3_000;
    private static final int RUNS = 40;
    private static final int RUNS_UNTIL_FOUND = 1_000;

    private final long seed = Long.getLong("sluice.test.seed", System.nanoTime());

    @Test
    void whatIsConcludedIsTrueInWhateverOrderThingsHappen() {
        int[] seen = new int[SimulatedProbes.Evidence.values().length];
        for (int run = 0; run < RUNS; run++) {
            SimulatedProbes probes = new SimulatedProbes(new Random(seed + run), Mistake.NONE);
            String violation = run(probes);
            if (violation != null) {
                fail("seed %d: %s".formatted(seed + run, violation));
            }
            for (SimulatedProbes.Evidence each : probes.evidence()) {
                seen[each.ordinal()]++;
            }
        }
        System.out.printf("seed %d: %d runs of %d steps%n", seed, RUNS, STEPS);
        for (SimulatedProbes.Evidence each : SimulatedProbes.Evidence.values()) {
            assertThat(seen[each.ordinal()])
                    .as("runs with %s, seed %d", each, seed)
                    .isGreaterThan(RUNS / 20);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void eachMistakeIsFound(Mistake mistake) {
        List<String> found = new ArrayList<>();
        int run = 0;
        while (found.isEmpty() && run < RUNS_UNTIL_FOUND) {
            String violation = run(new SimulatedProbes(new Random(seed + run++), mistake));
            if (violation != null) {
                found.add(violation);
            }
        }
        assertThat(found)
                .as("%s, found within %d runs from seed %d", mistake, run, seed)
                .isNotEmpty();
    }

    private static @Nullable String run(SimulatedProbes probes) {
        for (int step = 0; step < STEPS; step++) {
            String violation = probes.step();
            if (violation != null) {
                return "step %d: %s".formatted(step, violation);
            }
        }
        return null;
    }
}

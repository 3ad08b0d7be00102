package dev.sluice.benchmarks.storm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CancelStormTest {

    private static final int CONNECTIONS = 4;

    // P3, invariants 2 to 4; the long one is the benchmark "cancel-storm".
    @Test
    void aShortStormOfCancelsLeavesNothingBehind() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);

        CancelStorm.Aftermath left = CancelStorm.small(1_000, CONNECTIONS, seed);

        assertThat(left.inUse()).isZero();
        assertThat(left.active()).isZero();
        assertThat(left.inTransaction()).isZero();
        assertThat(left.idle()).isBetween(1L, (long) CONNECTIONS);
        assertThat(left.leaks()).isZero();
        assertThat(left.nextCallMillis()).isLessThan(5_000);
    }
}

package dev.sluice.benchmarks.load;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/** What is alive. */
public final class Heap {

    private static final int TRIES = 4;

    private Heap() {}

    /** @return the heap in use after collecting all garbage, in MB; takes about a second */
    public static double liveMegabytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            System.gc();
            Pause.of(Duration.ofMillis(250));
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least / 1e6;
    }
}

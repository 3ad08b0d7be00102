package dev.sluice.benchmarks.load;

import java.time.Duration;

/** Lets load run or settle, in the thread of the benchmark. */
public final class Pause {

    private Pause() {}

    /** Returns after this time. */
    public static void of(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}

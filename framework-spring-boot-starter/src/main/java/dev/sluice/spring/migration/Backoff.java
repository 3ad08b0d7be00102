package dev.sluice.spring.migration;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between two tries, with decorrelated jitter (AWS Architecture Blog, "Exponential Backoff and Jitter"): each is
 * drawn from the base to three times the one before, so that those who came together do not come back together.
 */
final class Backoff {

    private static final long BASE_MILLIS = 50;
    private static final long CAP_MILLIS = 2_000;

    private final RandomGenerator random;
    private long last = BASE_MILLIS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** The next pause, from 50 ms to 2 s. */
    Duration next() {
        last = Math.min(CAP_MILLIS, random.nextLong(BASE_MILLIS, Math.max(BASE_MILLIS, last) * 3 + 1));
        return Duration.ofMillis(last);
    }

    /** Pauses the calling thread, but not beyond what is left of {@code patience}. */
    void pause(Patience patience) {
        try {
            Thread.sleep(Math.min(next().toMillis(), patience.left().toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the thread that migrates was interrupted while it waited", e);
        }
    }
}

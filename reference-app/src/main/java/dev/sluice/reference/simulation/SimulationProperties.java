package dev.sluice.reference.simulation;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How simulations are run.
 *
 * @param concurrency how many a process runs at once, each of another tenant and on a thread of its own; 1 to 16
 * @param maxUnfinished how many unfinished ones a tenant may have; 1 to 1,000
 * @param lease how long a claim lives without a sign of progress, then another worker takes over; 1s to 1h, more than a
 *     call to the database may take
 * @param poll how often an idle worker looks for what other processes took in or left behind; 100ms to 1m
 */
@ConfigurationProperties("reference.simulation")
record SimulationProperties(
        @DefaultValue("2") int concurrency,
        @DefaultValue("100") int maxUnfinished,
        @DefaultValue("30s") Duration lease,
        @DefaultValue("2s") Duration poll) {

    SimulationProperties {
        within("concurrency", concurrency, 1, 16);
        within("max-unfinished", maxUnfinished, 1, 1_000);
        within("lease", lease, Duration.ofSeconds(1), Duration.ofHours(1));
        within("poll", poll, Duration.ofMillis(100), Duration.ofMinutes(1));
    }

    private static <V extends Comparable<V>> void within(String key, V value, V least, V most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "reference.simulation.%s: %s (expected: %s to %s)".formatted(key, value, least, most));
        }
    }
}

package dev.sluice.reference.dashboard;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the dashboard looks and for whom.
 *
 * @param interval how often it looks while anybody watches; 100ms to 1m
 * @param maxViewers how many may watch at once; 1 to 1,000
 * @param viewTime how long a stream lasts before its viewer has to come back with a token that is still good; 1s to 1h
 */
@ConfigurationProperties("reference.dashboard")
record DashboardProperties(
        @DefaultValue("1s") Duration interval,
        @DefaultValue("20") int maxViewers,
        @DefaultValue("10m") Duration viewTime) {

    DashboardProperties {
        within("interval", interval, Duration.ofMillis(100), Duration.ofMinutes(1));
        within("max-viewers", maxViewers, 1, 1_000);
        within("view-time", viewTime, Duration.ofSeconds(1), Duration.ofHours(1));
    }

    private static <V extends Comparable<V>> void within(String key, V value, V least, V most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "reference.dashboard.%s: %s (expected: %s to %s)".formatted(key, value, least, most));
        }
    }
}

package dev.sluice;

import dev.sluice.consistency.ReadConsistency;
import java.time.Duration;

/**
 * How calls are spread over the nodes.
 *
 * @param defaultConsistency of reads that declare none; default {@code session}
 * @param maxLag a replica that is behind by more time than this serves nothing; default 5 s
 * @param maxLagBytes a replica that is behind by more bytes than this serves nothing; default 8 MiB
 * @param whenNone what becomes of a read that no replica may serve; default {@link WhenNone#PRIMARY}
 * @param primaryReads whether the primary serves reads that a replica could; default {@link PrimaryReads#AVOID}
 * @param probeInterval how often each node is asked for its role and position; default 333 ms
 * @param catchUpWait most time that a read waits for a replica to reach its session's position; zero means that it does
 *     not wait; default 20 ms. If it is longer than 250 ms, so long does a call wait, too, for the primary to show what its session has
 *     seen on a standby
 * @param failoverWait most time that a write waits for a primary, within its deadline; zero means that it does not wait;
 *     default 10 s
 */
public record RoutingSettings(
        ReadConsistency defaultConsistency,
        Duration maxLag,
        long maxLagBytes,
        WhenNone whenNone,
        PrimaryReads primaryReads,
        Duration probeInterval,
        Duration catchUpWait,
        Duration failoverWait) {

    // Before the defaults, which it checks.
    private static final Duration SHORTEST_PROBE_INTERVAL = Duration.ofMillis(10);

    /** The defaults. */
    public static final RoutingSettings DEFAULT = new RoutingSettings(
            ReadConsistency.session(),
            Duration.ofSeconds(5),
            8L << 20,
            WhenNone.PRIMARY,
            PrimaryReads.AVOID,
            Duration.ofMillis(333),
            Duration.ofMillis(20),
            Duration.ofSeconds(10));

    /** What becomes of a read that no replica may serve. */
    public enum WhenNone {
        /** The primary serves it, under its own admission. */
        PRIMARY,
        /** It fails. */
        FAIL
    }

    /** Whether the primary serves reads that a replica could. */
    public enum PrimaryReads {
        /** Only when no replica may. */
        AVOID,
        /** As one among them. */
        SHARE
    }

    /** @throws IllegalArgumentException if a value is out of range, naming the property */
    public RoutingSettings {
        SettingChecks.positive("replicas.routing.max-lag", maxLag);
        if (maxLagBytes < 1) {
            throw new IllegalArgumentException(
                    "replicas.routing.max-lag-bytes: %d (expected: >= 1)".formatted(maxLagBytes));
        }
        if (probeInterval.compareTo(SHORTEST_PROBE_INTERVAL) < 0) {
            throw new IllegalArgumentException("replicas.routing.probe-interval: %s (expected: >= %s)"
                    .formatted(probeInterval, SHORTEST_PROBE_INTERVAL));
        }
        SettingChecks.notNegative("replicas.routing.catch-up-wait", catchUpWait);
        SettingChecks.notNegative("replicas.routing.failover-wait", failoverWait);
    }
}

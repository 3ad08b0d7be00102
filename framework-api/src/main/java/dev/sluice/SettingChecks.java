package dev.sluice;

import java.time.Duration;

/** One wording for a setting that is out of range. */
final class SettingChecks {

    private SettingChecks() {}

    static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("%s: %d (expected: >= %d)".formatted(name, value, least));
        }
    }

    static void between(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s: %d (expected: %d to %d)".formatted(name, value, least, most));
        }
    }

    static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException("%s: %s (expected: > 0)".formatted(name, value));
        }
    }

    static void notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("%s: %s (expected: >= 0)".formatted(name, value));
        }
    }

    // PostgreSQL counts its timeouts in milliseconds, and takes 0 for "none".
    static void atLeastOneMilli(String name, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("%s: %s (expected: 1 ms to 24 days)".formatted(name, value));
        }
    }
}

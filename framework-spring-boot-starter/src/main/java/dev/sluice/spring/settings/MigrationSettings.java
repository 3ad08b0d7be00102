package dev.sluice.spring.settings;

import dev.sluice.Credentials;
import java.time.Duration;

/**
 * How the schema is brought up to date.
 *
 * @param owner the role that owns the tables
 * @param lockWarning migrations that take longer are warned of
 * @param lockCritical migrations that take longer are an error in the log
 */
public record MigrationSettings(Credentials owner, Duration lockWarning, Duration lockCritical) {

    /** @throws IllegalArgumentException if a duration is out of range, naming the property */
    public MigrationSettings {
        if (lockWarning.isZero() || lockWarning.isNegative()) {
            throw new IllegalArgumentException("lock-warning: %s (expected: > 0)".formatted(lockWarning));
        }
        if (lockCritical.compareTo(lockWarning) < 0) {
            throw new IllegalArgumentException(
                    "lock-critical: %s (expected: >= lock-warning, which is %s)".formatted(lockCritical, lockWarning));
        }
    }
}

package dev.sluice.spring.settings;

import dev.sluice.Credentials;
import java.time.Duration;

/**
 * How the schema is brought up to date.
 *
 * @param owner the role that owns the tables
 * @param lockWarning waiting longer for another instance's migrations, or migrating longer, is warned of
 * @param lockCritical and from then on it is an error in the log
 * @param lockTimeout how long a statement of a migration waits for a table that is in use, and makes all that come
 *     after it wait; then it gives way and the migration is tried again
 * @param timeout how long a start waits for the migration lock, and tries again, before it fails
 */
public record MigrationSettings(
        Credentials owner, Duration lockWarning, Duration lockCritical, Duration lockTimeout, Duration timeout) {

    /** @throws IllegalArgumentException if a duration is out of range, naming the property */
    public MigrationSettings {
        if (lockWarning.isZero() || lockWarning.isNegative()) {
            throw new IllegalArgumentException("lock-warning: %s (expected: > 0)".formatted(lockWarning));
        }
        if (lockCritical.compareTo(lockWarning) < 0) {
            throw new IllegalArgumentException(
                    "lock-critical: %s (expected: >= lock-warning, which is %s)".formatted(lockCritical, lockWarning));
        }
        if (lockTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("lock-timeout: %s (expected: >= 1 ms)".formatted(lockTimeout));
        }
        if (timeout.compareTo(lockTimeout) <= 0) {
            throw new IllegalArgumentException(
                    "timeout: %s (expected: > lock-timeout, which is %s)".formatted(timeout, lockTimeout));
        }
    }
}

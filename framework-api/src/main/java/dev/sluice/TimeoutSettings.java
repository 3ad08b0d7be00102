package dev.sluice;

import java.time.Duration;

/**
 * How long things may take. The server enforces {@code statement}, {@code lock} and {@code idleInTransaction} and, from
 * PostgreSQL 17 on, {@code transaction}; Sluice itself enforces {@code call} and {@code transaction}, on every version.
 *
 * @param call most time of a call without a deadline of its own: queueing, acquiring, executing; default 10 s
 * @param statement most time of a statement in the server; default 5 s
 * @param lock most time that a statement waits for a lock; default 2 s
 * @param transaction most time of an explicit transaction; default 30 s
 * @param idleInTransaction most time that an open transaction may idle; default 5 s
 */
public record TimeoutSettings(
        Duration call, Duration statement, Duration lock, Duration transaction, Duration idleInTransaction) {

    /** The defaults. */
    public static final TimeoutSettings DEFAULT = new TimeoutSettings(
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5));

    /** @throws IllegalArgumentException if a value is less than a millisecond, naming the property */
    public TimeoutSettings {
        SettingChecks.atLeastOneMilli("timeouts.call", call);
        SettingChecks.atLeastOneMilli("timeouts.statement", statement);
        SettingChecks.atLeastOneMilli("timeouts.lock", lock);
        SettingChecks.atLeastOneMilli("timeouts.transaction", transaction);
        SettingChecks.atLeastOneMilli("timeouts.idle-in-transaction", idleInTransaction);
    }
}

package dev.sluice.spring.migration;

import java.time.Duration;

/**
 * What bounds a holder that is alive and stuck.
 *
 * @param idle after so long without a sign of life the server ends its sessions
 * @param heartbeat how often the lock session gives one
 */
record LockTimes(Duration idle, Duration heartbeat) {

    static final LockTimes DEFAULT = new LockTimes(Duration.ofSeconds(15), Duration.ofSeconds(5));

    /** So long a heartbeat may take: what is left until the server would end the session. */
    Duration answer() {
        return idle.minus(heartbeat);
    }
}

package dev.sluice.spring.migration;

import java.time.Duration;
import java.time.Instant;

/**
 * Who holds the migration lock.
 *
 * @param pid the server process of its lock session
 * @param application the name that the session gave itself
 * @param address where it comes from, {@code local} for a socket of the server's machine
 * @param since when it got the lock, by the server's clock
 * @param held for how long it has it
 * @param work its other sessions and what they do, empty if it has none
 */
record LockHolder(int pid, String application, String address, Instant since, Duration held, String work) {

    /** What an operator may do about a holder that makes no progress. */
    String advice() {
        return ("if it makes no progress: select pg_terminate_backend(%d) as the same role or a superuser; what it has"
                        + " not committed is rolled back, and the next instance goes on")
                .formatted(pid);
    }

    @Override
    public String toString() {
        return "pid %d (application '%s', from %s) since %s, for %d s%s"
                .formatted(
                        pid,
                        application,
                        address,
                        since,
                        held.toSeconds(),
                        work.isEmpty() ? "" : ", working in " + work);
    }
}

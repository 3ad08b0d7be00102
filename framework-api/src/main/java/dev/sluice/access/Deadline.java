package dev.sluice.access;

import java.time.Duration;

/**
 * The instant by which a call must have its answer, on the monotonic clock of this process.
 * One deadline is spent across queueing, acquiring and executing.
 *
 * @param nanoTime the instant, as {@link System#nanoTime()} tells time
 */
public record Deadline(long nanoTime) {

    /**
     * A deadline this far from now.
     *
     * @param timeout the time left; zero or negative is a deadline that has passed
     * @return the deadline
     */
    public static Deadline after(Duration timeout) {
        return new Deadline(System.nanoTime() + saturatedNanos(timeout));
    }

    /** @return the time left; negative once it has passed */
    public Duration remaining() {
        return Duration.ofNanos(remainingNanos());
    }

    /** @return the nanoseconds left; negative once it has passed */
    public long remainingNanos() {
        return nanoTime - System.nanoTime();
    }

    /** @return true once it has passed */
    public boolean hasPassed() {
        return remainingNanos() <= 0;
    }

    /**
     * The earlier of two deadlines: a callee may shorten its caller's deadline, never extend it.
     *
     * @param other the other one
     * @return the earlier one
     */
    public Deadline earlier(Deadline other) {
        return nanoTime - other.nanoTime <= 0 ? this : other;
    }

    // Half of the range keeps the difference of any two deadlines of a process within a long.
    private static long saturatedNanos(Duration timeout) {
        Duration bound = Duration.ofNanos(Long.MAX_VALUE / 2);
        return timeout.compareTo(bound) > 0 ? bound.toNanos() : timeout.toNanos();
    }
}

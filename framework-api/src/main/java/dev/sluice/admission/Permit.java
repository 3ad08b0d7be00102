package dev.sluice.admission;

/**
 * The right to hold one connection. It is held until the server has finished, not until the caller lost interest.
 * Thread-safe.
 */
public interface Permit {

    /**
     * Says that the work has ended, although the permit is still held, such as after a connection was closed and until its
     * server must have noticed. The time from here on is not counted as service; it counts as in use. Only the first call
     * counts; nothing after {@link #release()}.
     */
    default void workEnded() {}

    /** Gives the right back. Only the first call counts; never blocks. */
    void release();
}

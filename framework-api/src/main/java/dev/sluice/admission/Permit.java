package dev.sluice.admission;

/**
 * The right to hold one connection. It is held until the server has finished, not until the caller lost interest.
 * Thread-safe.
 */
public interface Permit {

    /** Gives the right back. Only the first call counts; never blocks. */
    void release();
}

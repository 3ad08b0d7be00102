package dev.sluice.transaction;

/**
 * Is told what transactions do with the connections that they hold. Called on the thread that finds out, often an event
 * loop: must not block, and must not throw. Thread-safe.
 */
public interface TransactionObserver {

    /** Listens to nothing. */
    TransactionObserver NONE = new TransactionObserver() {};

    /**
     * A transaction has had no statement in flight for a while; now it has one again, or is over.
     *
     * @param nanos for how long
     */
    default void idled(long nanos) {}

    /**
     * A transaction idles for longer than {@code transactions.idle-warning}. Once for each time that it idles.
     *
     * @param transaction which one
     */
    default void idlesTooLong(IdleTransaction transaction) {}

    /**
     * External I/O was about to begin inside a transaction.
     *
     * @param io what it is
     * @param refused whether it was refused; else it began
     */
    default void externalIo(String io, boolean refused) {}
}

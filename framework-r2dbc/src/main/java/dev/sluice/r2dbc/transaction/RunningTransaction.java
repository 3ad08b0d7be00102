package dev.sluice.r2dbc.transaction;

import dev.sluice.transaction.TransactionHandle;
import reactor.core.publisher.Mono;

/**
 * A transaction that its holder ends, or a savepoint inside one. Who holds one writes it to the Reactor Context under
 * {@link TransactionHandle#KEY}, or has a {@link dev.sluice.transaction.TransactionLookup} find it. Thread-safe.
 */
public interface RunningTransaction extends TransactionHandle {

    /**
     * Commits; releases a savepoint. Cancelling the subscription does not stop it.
     *
     * @return completes when the commit was acknowledged, the connection given back and the settlements done;
     *     {@link dev.sluice.transaction.TransactionRolledBackException} if it could only be rolled back, and was;
     *     {@link dev.sluice.transaction.UnknownCommitOutcomeException} if the answer did not arrive;
     *     {@link io.r2dbc.spi.R2dbcTransientResourceException} (08003) if the connection was gone before, so that nothing is committed;
     *     {@link dev.sluice.access.DeadlineExceededException} if its time was over before
     */
    Mono<Void> commit();

    /**
     * Rolls back; to the savepoint, if it is one. Stops what still runs in the server. Cancelling the subscription does
     * not stop it; a second call waits for the first, and one after a commit does nothing.
     *
     * @return completes when the connection was given back; never an error
     */
    Mono<Void> rollback();

    /**
     * Allows nothing but a rollback from here on.
     *
     * @param cause why, for the error that a commit then gives
     */
    void setRollbackOnly(Throwable cause);

    /** @return whether a commit would be refused */
    boolean isRollbackOnly();

    /**
     * Sets a savepoint. Calls on this transaction wait until the savepoint has ended; calls with the savepoint in their
     * Context run.
     *
     * @return the savepoint, never empty, to be ended by the subscriber
     */
    Mono<RunningTransaction> savepoint();
}

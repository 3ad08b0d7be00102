package dev.sluice.transaction;

import io.r2dbc.spi.R2dbcNonTransientException;
import org.jspecify.annotations.Nullable;

/**
 * A transaction was ended because it idled for too long (25P03): by the server, or by Sluice where nothing had been sent
 * yet. All of it was rolled back, and its connection closed or given back.
 */
public final class TransactionIdleTimeoutException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;
    private static final String IDLE_IN_TRANSACTION_SESSION_TIMEOUT = "25P03";

    private final transient IdleTransaction transaction;

    /**
     * @param transaction what was ended
     * @param cause what the driver said; null if it was not asked any more
     */
    public TransactionIdleTimeoutException(IdleTransaction transaction, @Nullable Throwable cause) {
        super(
                transaction
                        + ": ended and rolled back (timeouts.idle-in-transaction). Keep waiting for anything but"
                        + " the database out of it: read in one transaction, wait without one, write in another"
                        + " (sluice.phases())",
                IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
                0,
                cause);
        this.transaction = transaction;
    }

    /** @return what was ended; null if this was read from a stream */
    public IdleTransaction transaction() {
        return transaction;
    }
}

package dev.sluice.transaction;

import io.r2dbc.spi.R2dbcNonTransientException;

/**
 * A commit was asked for, but the transaction could only be rolled back, and was. Something inside it failed and the
 * work went on as if it had not; the cause says what.
 */
public final class TransactionRolledBackException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    /** @param cause what failed inside the transaction */
    public TransactionRolledBackException(Throwable cause) {
        super(
                "the transaction was rolled back instead of committed, because something inside it had failed (%s);"
                                .formatted(cause.getMessage())
                        + " let that error through, or run the part that may fail with a savepoint",
                cause);
    }
}

package dev.sluice.transaction;

import io.r2dbc.spi.R2dbcNonTransientException;

/**
 * The connection was lost, or the time over, after COMMIT was sent and before its answer: the transaction may have
 * been committed or not. Find out by reading on the primary before repeating anything that is not idempotent.
 */
public final class UnknownCommitOutcomeException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    /** @param cause what came instead of the answer */
    public UnknownCommitOutcomeException(Throwable cause) {
        super(
                "COMMIT was sent and its answer did not arrive: the transaction may or may not be committed;"
                        + " read on the primary before repeating it",
                cause);
    }
}

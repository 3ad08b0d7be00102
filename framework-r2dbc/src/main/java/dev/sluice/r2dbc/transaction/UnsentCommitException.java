package dev.sluice.r2dbc.transaction;

import io.r2dbc.spi.R2dbcTransientResourceException;

/**
 * COMMIT was not sent: the connection was gone, and the transaction with it. A class of its own, since the same SQLSTATE in an
 * answer to a COMMIT may come from a proxy that has lost a connection of its own.
 */
final class UnsentCommitException extends R2dbcTransientResourceException {

    private static final long serialVersionUID = 1L;
    private static final String CONNECTION_DOES_NOT_EXIST = "08003";

    UnsentCommitException() {
        super(
                "COMMIT was not sent, as the connection had been closed before: nothing is committed, and the transaction can"
                        + " be run again",
                CONNECTION_DOES_NOT_EXIST);
    }
}

package dev.sluice.repository;

import io.r2dbc.spi.R2dbcNonTransientException;

/** A hand-written statement cannot be kept within its tenant, and is refused. Nothing was sent. */
public final class StatementRefusedException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    /**
     * @param statement the name of the statement
     * @param reason which rule it breaks, and what to do
     */
    public StatementRefusedException(String statement, String reason) {
        super("%s refused: %s".formatted(statement, reason));
    }
}

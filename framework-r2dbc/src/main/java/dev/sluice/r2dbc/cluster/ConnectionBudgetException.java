package dev.sluice.r2dbc.cluster;

import io.r2dbc.spi.R2dbcNonTransientResourceException;

/** All processes together may open more connections than a server takes. Raised at start; its message is the arithmetic. */
public final class ConnectionBudgetException extends R2dbcNonTransientResourceException {

    private static final long serialVersionUID = 1L;

    ConnectionBudgetException(String message) {
        super(message);
    }
}

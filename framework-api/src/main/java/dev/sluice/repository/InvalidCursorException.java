package dev.sluice.repository;

import io.r2dbc.spi.R2dbcNonTransientException;

/** A cursor is broken, tampered with, or belongs to another tenant, query or order. */
public final class InvalidCursorException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    /** @param reason what is wrong with it */
    public InvalidCursorException(String reason) {
        super("cursor refused: %s; start again from the first page".formatted(reason));
    }
}

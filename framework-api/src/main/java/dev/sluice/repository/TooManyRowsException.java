package dev.sluice.repository;

import io.r2dbc.spi.R2dbcNonTransientException;

/**
 * A result has more rows than a {@code Flux} is read for, or than the one that a {@code Mono} may have. Nothing was
 * emitted.
 */
public final class TooManyRowsException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    /**
     * @param operation what was called
     * @param limit the most rows
     */
    public TooManyRowsException(String operation, int limit) {
        super(
                limit == 1
                        ? "%s: more than one row; name what tells it apart, or ask for a Flux".formatted(operation)
                        : "%s: more than %d rows (repositories.max-rows); page through them, or use stream()"
                                .formatted(operation, limit));
    }
}

package dev.sluice.repository;

import io.r2dbc.spi.R2dbcNonTransientException;

/** An entity or a repository method cannot be compiled. Raised at start, by {@code sluice.repository(...)}. */
public final class InvalidMappingException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    /**
     * @param element the entity or method
     * @param reason what is wrong, and what is expected
     */
    public InvalidMappingException(String element, String reason) {
        super("%s: %s".formatted(element, reason));
    }
}

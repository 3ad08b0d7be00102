package dev.sluice.repository;

import io.r2dbc.spi.R2dbcTransientException;

/** An update found another version than it expected: somebody else was faster. Read again and decide anew. */
public final class VersionConflictException extends R2dbcTransientException {

    private static final long serialVersionUID = 1L;

    /**
     * @param entity the name of the entity
     * @param expected the version that the update expected
     */
    public VersionConflictException(String entity, long expected) {
        super("%s: version %d is not the current one; read it again and repeat the change".formatted(entity, expected));
    }
}

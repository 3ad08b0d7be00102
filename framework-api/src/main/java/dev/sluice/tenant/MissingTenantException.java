package dev.sluice.tenant;

import io.r2dbc.spi.R2dbcNonTransientException;

/** A call needs a tenant and has none. Raised before a connection is asked for. */
public final class MissingTenantException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    /** @param operation what was called */
    public MissingTenantException(String operation) {
        super(
                "%s needs a tenant and the Reactor Context has none; set it at the edge with .contextWrite(Access.tenant(...))"
                        .formatted(operation));
    }
}

package dev.sluice.r2dbc.session;

import io.r2dbc.spi.R2dbcNonTransientResourceException;

/** A call came after the close: it says nothing of any node, and no other node would do better. */
public final class LeasesClosedException extends R2dbcNonTransientResourceException {

    private static final long serialVersionUID = 1L;

    /** Makes it. */
    public LeasesClosedException() {
        super("Sluice is closed (expected: no calls after closeGracefully())");
    }
}

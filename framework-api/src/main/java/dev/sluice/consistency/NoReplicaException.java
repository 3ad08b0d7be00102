package dev.sluice.consistency;

import io.r2dbc.spi.R2dbcTransientResourceException;

/**
 * No replica may serve a read, and the primary must not ({@code replicas.routing.when-none: fail}). Nothing was sent, so it is
 * safe to repeat.
 */
public final class NoReplicaException extends R2dbcTransientResourceException {

    private static final long serialVersionUID = 1L;

    /**
     * @param operation what was called
     * @param nodes why each node may not serve it
     */
    public NoReplicaException(String operation, String nodes) {
        super(
                "%s: no replica may serve it (%s), and replicas.routing.when-none is 'fail'; try again later, or set it to 'primary'"
                        .formatted(operation, nodes));
    }
}

package dev.sluice.replica;

import io.r2dbc.spi.R2dbcTransientResourceException;

/** A write met the connection of a node that must not take it; nothing was sent. */
final class NotPrimaryException extends R2dbcTransientResourceException {

    private static final long serialVersionUID = 1L;

    NotPrimaryException(String operation, String node, String reason) {
        // 25006 is what a standby itself would say.
        super("%s: node '%s' takes no writes (%s); nothing was sent".formatted(operation, node, reason), "25006");
    }
}

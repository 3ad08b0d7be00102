package dev.sluice.replica;

import io.r2dbc.spi.R2dbcTransientResourceException;

/** The rows came from a node that had not yet what the session must see: they are discarded. */
final class BehindException extends R2dbcTransientResourceException {

    private static final long serialVersionUID = 1L;

    BehindException(String operation, String node) {
        super("%s: node '%s' was behind what the session has seen; nothing of its answer can be used, try again"
                .formatted(operation, node));
    }
}

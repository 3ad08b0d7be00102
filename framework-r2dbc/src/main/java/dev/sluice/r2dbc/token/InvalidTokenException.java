package dev.sluice.r2dbc.token;

import io.r2dbc.spi.R2dbcNonTransientException;

/** A session's token is broken, tampered with, or of another fleet or cluster. The message does not repeat the token. */
public final class InvalidTokenException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    InvalidTokenException(String reason) {
        super("session token refused: %s; go on with the token of an answer, or with none".formatted(reason));
    }
}

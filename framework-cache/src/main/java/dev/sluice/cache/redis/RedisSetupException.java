package dev.sluice.cache.redis;

/** Redis answers, but cannot be used: a wrong password, a server without RESP3, missing rights. Trying again does not help. */
public final class RedisSetupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RedisSetupException(String message, Throwable cause) {
        super(message, cause);
    }
}

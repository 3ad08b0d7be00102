package dev.sluice.spring.migration;

import org.jspecify.annotations.Nullable;

/** The schema could not be brought up to date. The message says why and what to do, with the numbers. */
public final class SluiceMigrationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SluiceMigrationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

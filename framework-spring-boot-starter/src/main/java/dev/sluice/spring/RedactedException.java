package dev.sluice.spring;

import io.r2dbc.spi.R2dbcException;
import org.jspecify.annotations.Nullable;

/**
 * An error of the database as logs and traces may have it: types, SQLStates and stacks. The texts of the server, and
 * of what wraps them, can hold values of the caller.
 */
public final class RedactedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int DEEPEST_CAUSE = 8;

    private RedactedException(Throwable error, @Nullable Throwable cause) {
        super(describe(error), cause, false, true);
        setStackTrace(error.getStackTrace());
    }

    /**
     * Takes out what may be a value.
     *
     * @param error an error
     * @return the error itself if no database had a part in it
     */
    public static Throwable of(Throwable error) {
        return isOfDatabase(error) ? redacted(error, DEEPEST_CAUSE) : error;
    }

    /**
     * Whether an error may hold a value of the caller.
     *
     * @param error an error
     * @return whether a database had a part in it
     */
    public static boolean isOfDatabase(Throwable error) {
        Throwable cause = error;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (cause instanceof R2dbcException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static RedactedException redacted(Throwable error, int left) {
        Throwable cause = error.getCause();
        return new RedactedException(error, cause == null || left == 0 ? null : redacted(cause, left - 1));
    }

    private static String describe(Throwable error) {
        String type = error.getClass().getName();
        return error instanceof R2dbcException e ? type + ", SQLState " + e.getSqlState() : type;
    }
}

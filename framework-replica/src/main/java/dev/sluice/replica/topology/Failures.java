package dev.sluice.replica.topology;

import io.r2dbc.spi.R2dbcException;

/** Says why a node did not answer: in a line, with what helps. */
final class Failures {

    private static final String PERMISSION_DENIED = "42501";

    private Failures() {}

    /**
     * Describes an error.
     *
     * @param role as whom the node was asked
     */
    static String describe(Throwable error, String role) {
        String code = error instanceof R2dbcException known ? known.getSqlState() : null;
        String text = textOf(root(error));
        if (PERMISSION_DENIED.equals(code)) {
            return "%s (SQLState %s): GRANT pg_monitor TO %s".formatted(text, code, role);
        }
        return code == null ? text : "%s (SQLState %s)".formatted(text, code);
    }

    private static Throwable root(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String textOf(Throwable error) {
        return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    }
}

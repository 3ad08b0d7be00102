package dev.sluice.replica;

import dev.sluice.access.DeadlineExceededException;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.r2dbc.session.LeasesClosedException;
import io.r2dbc.spi.R2dbcException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an error says about the node that it came from: told by SQLSTATE, never by the class that a driver chose. */
final class Failures {

    private static final String NO_CONNECTION = "08003";
    private static final String READ_ONLY = "25006";
    private static final String NOT_SUPPORTED = "0A000";
    private static final String TOO_MANY_CONNECTIONS = "53300";

    /** Undefined table, column, function, object and schema; a privilege that is missing. */
    private static final Set<String> SCHEMA = Set.of("42P01", "42703", "42883", "42704", "3F000", "42501");

    private Failures() {}

    /**
     * Tells whether a node could not be reached, or goes down.
     *
     * @param error what a call met
     * @param connected whether it had a connection then; if not, every refusal of the server is one of the node
     */
    static boolean isOfNode(Throwable error, boolean connected) {
        if (!(error instanceof R2dbcException)
                || error instanceof AdmissionRejectedException
                || error instanceof DeadlineExceededException
                || error instanceof LeasesClosedException) {
            return false;
        }
        String state = stateOf(error);
        if (!connected) {
            return !TOO_MANY_CONNECTIONS.equals(state);
        }
        return state != null && (state.startsWith("08") || state.startsWith("57P0"));
    }

    /** Tells whether the statement was refused on a connection that was closed before it was sent. */
    static boolean isUnsent(Throwable error) {
        return NO_CONNECTION.equals(stateOf(error));
    }

    /** Tells whether a server refused to write, because it is a standby now. */
    static boolean isReadOnly(Throwable error) {
        return READ_ONLY.equals(stateOf(error));
    }

    /** Tells whether a server refused to begin a transaction that writes: a standby calls that 0A000, and not 25006. */
    static boolean isRefusedBegin(Throwable error) {
        return isReadOnly(error) || NOT_SUPPORTED.equals(stateOf(error));
    }

    /** Tells whether a statement may have taken effect although it failed: the server did not say that it did not. */
    static boolean mayHaveRun(Throwable error) {
        String state = stateOf(error);
        return state == null || state.startsWith("08") || state.startsWith("57P") || state.equals("40003");
    }

    /** Tells whether a standby cancelled a query, because the replay needed what it read. */
    static boolean isConflict(Throwable error) {
        String state = stateOf(error);
        return "40001".equals(state) || "40P01".equals(state);
    }

    /** Tells whether a statement names what is not there: which may be what a standby has not replayed yet. */
    static boolean isOfSchema(Throwable error) {
        String state = stateOf(error);
        return state != null && SCHEMA.contains(state);
    }

    private static @Nullable String stateOf(Throwable error) {
        return error instanceof R2dbcException failure ? failure.getSqlState() : null;
    }
}

package dev.sluice.r2dbc.pool;

import dev.sluice.ConnectionObserver.Reason;
import io.r2dbc.spi.R2dbcException;

/** Why a connection could not be opened. */
final class ConnectFailures {

    private ConnectFailures() {}

    // Only a server has a SQLSTATE to give; those of class 08 are the driver's own.
    static Reason reason(Throwable error) {
        String state = error instanceof R2dbcException failure ? failure.getSqlState() : null;
        return state == null || state.startsWith("08") ? Reason.UNREACHABLE : Reason.REFUSED;
    }
}

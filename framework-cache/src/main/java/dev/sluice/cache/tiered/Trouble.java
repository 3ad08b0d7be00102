package dev.sluice.cache.tiered;

import dev.sluice.access.DeadlineExceededException;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.consistency.NoPrimaryException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tells a database that is out of reach from one that has answered. */
final class Trouble {

    /** Connection exceptions, lack of resources, and interventions of the operator: a shutdown, a cancelled statement. */
    private static final Set<String> CLASSES = Set.of("08", "53", "57");

    private Trouble() {}

    static boolean isOutage(Throwable error) {
        // It may have turned the call away because it was too many: then it must hear so.
        if (error instanceof AdmissionRejectedException) {
            return false;
        }
        if (error instanceof DeadlineExceededException
                || error instanceof R2dbcTimeoutException
                || error instanceof TimeoutException
                || error instanceof NoPrimaryException
                || error instanceof IOException) {
            return true;
        }
        return error instanceof R2dbcException told && isOutage(told.getSqlState());
    }

    private static boolean isOutage(@Nullable String sqlState) {
        return sqlState != null && sqlState.length() == 5 && CLASSES.contains(sqlState.substring(0, 2));
    }
}

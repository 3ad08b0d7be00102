package dev.sluice.consistency;

import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * There is no node to write to, or none that can be told apart from another. Nothing was written, so it is safe to repeat.
 */
public final class NoPrimaryException extends R2dbcTransientResourceException {

    private static final long serialVersionUID = 1L;

    private NoPrimaryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Nobody took over in time.
     *
     * @param operation what was called
     * @param waited how long it waited for a primary
     * @param problem why there is none
     * @param cause what the last try met; null if there was none
     * @return the error
     */
    public static NoPrimaryException after(
            String operation, Duration waited, String problem, @Nullable Throwable cause) {
        return new NoPrimaryException(
                "%s: no primary after %d ms (%s); nothing was written, try again later"
                        .formatted(operation, waited.toMillis(), problem),
                cause);
    }

    /**
     * Several nodes take writes, and it cannot be told which of them may.
     *
     * @param operation what was called
     * @param problem which nodes
     * @return the error
     */
    public static NoPrimaryException undecided(String operation, String problem) {
        return new NoPrimaryException(
                "%s: refused, nothing was written (%s); stop all but one of them".formatted(operation, problem), null);
    }

    /**
     * As many calls wait for a primary as may.
     *
     * @param operation what was called
     * @param waiting how many wait
     * @param limit how many may
     * @param problem why there is no primary
     * @return the error
     */
    public static NoPrimaryException crowded(String operation, int waiting, int limit, String problem) {
        return new NoPrimaryException(
                "%s: %d calls wait for a primary already (limit %d, admission.max-waiting; %s); try again later"
                        .formatted(operation, waiting, limit, problem),
                null);
    }
}

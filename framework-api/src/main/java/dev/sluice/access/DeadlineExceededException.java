package dev.sluice.access;

import io.r2dbc.spi.R2dbcTimeoutException;
import java.time.Duration;

/** The deadline of a call passed before its answer was there. The server was told to stop. */
public final class DeadlineExceededException extends R2dbcTimeoutException {

    private static final long serialVersionUID = 1L;

    /**
     * @param operation what was called
     * @param phase where the call was: queueing, acquiring, executing, committing
     * @param timeout the time that the call had in that phase
     */
    public DeadlineExceededException(String operation, String phase, Duration timeout) {
        super("%s exceeded its deadline while %s (%d ms left when that began); allow it more time, or ask for less"
                .formatted(operation, phase, timeout.toMillis()));
    }
}

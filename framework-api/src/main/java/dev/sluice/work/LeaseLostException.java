package dev.sluice.work;

import io.r2dbc.spi.R2dbcNonTransientException;
import org.jspecify.annotations.Nullable;

/**
 * Somebody else has taken the lease since, so what was to be written was not. Trying again is of no use: whoever has the lease
 * now does the work.
 */
public final class LeaseLostException extends R2dbcNonTransientException {

    /** What the server answers a fenced write whose epoch has moved. */
    public static final String SQL_STATE = "SL001";

    private static final long serialVersionUID = 1L;

    /**
     * @param fence the epoch that is over
     * @param cause what the server answered; null if the lease was given up before it was asked
     */
    public LeaseLostException(Fence fence, @Nullable Throwable cause) {
        super(
                ("lease '%s': epoch %d is over: another runner has taken it, or may have, because it was not renewed in"
                                + " time; nothing is written any more")
                        .formatted(fence.lease(), fence.epoch()),
                SQL_STATE,
                0,
                cause);
    }
}

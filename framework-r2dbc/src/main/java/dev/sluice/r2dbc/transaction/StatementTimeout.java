package dev.sluice.r2dbc.transaction;

import dev.sluice.access.Deadline;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.r2dbc.session.Setting;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;

/** How long the server may work on a statement: the configured timeout, or what is left of a nearer deadline. */
final class StatementTimeout {

    static final String NAME = "statement_timeout";

    private static final String QUERY_CANCELED = "57014";
    // The server counts whole milliseconds and may fire before our clock says that the deadline has passed.
    private static final long CLOCK_SKEW_NANOS = 20_000_000;

    private final long configuredMillis;

    StatementTimeout(Duration configured) {
        this.configuredMillis = configured.toMillis();
    }

    long configuredMillis() {
        return configuredMillis;
    }

    /** @return milliseconds, at least 1: zero would mean that there is no timeout */
    long millis(Deadline deadline) {
        long left = Math.max(1, deadline.remainingNanos() / 1_000_000);
        return Math.min(configuredMillis, left);
    }

    static Setting setting(long millis) {
        return new Setting(NAME, Long.toString(millis));
    }

    /** @return the error to show for one that came while a statement ran under a deadline */
    static Throwable explain(Throwable error, String operation, Deadline deadline, long hadMillis) {
        boolean cancelled = error instanceof R2dbcException failure && QUERY_CANCELED.equals(failure.getSqlState());
        if (!cancelled || deadline.remainingNanos() > CLOCK_SKEW_NANOS) {
            return error;
        }
        DeadlineExceededException exceeded =
                new DeadlineExceededException(operation, "executing", Duration.ofMillis(hadMillis));
        exceeded.addSuppressed(error);
        return exceeded;
    }
}

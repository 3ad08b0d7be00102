package dev.sluice.r2dbc.transaction;

import dev.sluice.transaction.UnknownCommitOutcomeException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTransientResourceException;

/** What is known about a commit. */
final class CommitAnswer {

    /** Of a session whose connection is gone before the call, which is then not sent. */
    private static final String NO_CONNECTION = "08003";

    private CommitAnswer() {}

    /** @return the error to show for a COMMIT that got this one */
    static Throwable explain(Throwable error) {
        return isRefusal(error) || isUnsent(error) ? error : new UnknownCommitOutcomeException(error);
    }

    /** @return the error of a COMMIT that was not sent: the connection is gone, and the transaction with it */
    static R2dbcException unsent() {
        return new R2dbcTransientResourceException(
                "COMMIT was not sent, as the connection had been closed before: nothing is committed, and the transaction can"
                        + " be run again",
                NO_CONNECTION);
    }

    private static boolean isUnsent(Throwable error) {
        return error instanceof R2dbcException failure && NO_CONNECTION.equals(failure.getSqlState());
    }

    /**
     * Tells by SQLSTATE, never by the class that a driver chose.
     *
     * @return true if the server said that it did not commit; false if the connection, the time or the server was over
     *     before it said anything
     */
    static boolean isRefusal(Throwable error) {
        if (!(error instanceof R2dbcException failure) || failure.getSqlState() == null) {
            return false;
        }
        String state = failure.getSqlState();
        boolean lost = state.startsWith("08") || state.startsWith("57P") || state.equals("40003");
        return !lost;
    }

    /**
     * Tells whether a statement that is a transaction of its own was sent and not answered.
     *
     * @return true if it may have taken effect
     */
    static boolean isMissing(Throwable error) {
        return error instanceof R2dbcException failure && "08007".equals(failure.getSqlState());
    }
}

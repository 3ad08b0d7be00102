package dev.sluice.r2dbc.transaction;

import dev.sluice.transaction.UnknownCommitOutcomeException;
import io.r2dbc.spi.R2dbcException;

/** What is known about a commit. */
final class CommitAnswer {

    private CommitAnswer() {}

    /** @return the error to show for a COMMIT that got this one */
    static Throwable explain(Throwable error) {
        return isRefusal(error) || error instanceof UnsentCommitException
                ? error
                : new UnknownCommitOutcomeException(error);
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

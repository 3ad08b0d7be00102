package dev.sluice.r2dbc.transaction;

import dev.sluice.r2dbc.session.Session;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.IdleTransaction;
import dev.sluice.transaction.TransactionIdleTimeoutException;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How long one transaction has had no statement in flight. Its statements, of which one runs at a time, say when they begin
 * and when they are answered; the watchdog looks at it meanwhile.
 */
final class IdleTime {

    private static final String IDLE_IN_TRANSACTION_SESSION_TIMEOUT = "25P03";

    /** The server begins to count a little earlier than we do, when it sends what we have yet to receive. */
    private static final long SKEW_NANOS = Duration.ofMillis(100).toNanos();

    private final OpenTransactions watched;
    private final TenantId tenant;
    private final Place openedAt;
    private final Runnable onLimit;
    private volatile String lastStatement = "BEGIN";
    private volatile long lastNanos;
    private volatile boolean over;
    /** Null while a statement is in flight. */
    private volatile @Nullable Period period;

    /** @param onLimit is run, again and again, when it has idled for longer than the server allows */
    IdleTime(OpenTransactions watched, TenantId tenant, Place openedAt, Runnable onLimit) {
        this.watched = watched;
        this.tenant = tenant;
        this.openedAt = openedAt;
        this.onLimit = onLimit;
    }

    Place openedAt() {
        return openedAt;
    }

    /**
     * A statement is about to be sent.
     *
     * @throws TransactionIdleTimeoutException if it need not be: the server has ended the transaction, and closed the
     *     connection
     */
    void statementBegins(String statement, Supplier<Session.Status> status) {
        Period before = period;
        period = null;
        if (before == null) {
            lastNanos = 0;
        } else {
            lastNanos = System.nanoTime() - before.sinceNanos;
            watched.observer().idled(lastNanos);
            if (isEnough(lastNanos) && status.get().isGone()) {
                throw new TransactionIdleTimeoutException(idle(lastNanos), null);
            }
        }
        lastStatement = statement;
    }

    /** Nothing is in flight any more. */
    void begins() {
        if (period == null) {
            period = new Period(System.nanoTime());
        }
    }

    /** The transaction is over. */
    void ends() {
        over = true;
        Period before = period;
        if (before != null) {
            period = null;
            watched.observer().idled(System.nanoTime() - before.sinceNanos);
        }
    }

    boolean isOver() {
        return over;
    }

    /** @return the error of one that idles now, for too long */
    TransactionIdleTimeoutException tooLong() {
        Period now = period;
        return new TransactionIdleTimeoutException(
                idle(now == null ? lastNanos : System.nanoTime() - now.sinceNanos), null);
    }

    /** @return the error to show for one that a statement got */
    Throwable explain(Throwable error) {
        return error instanceof R2dbcException failure
                        && !(error instanceof TransactionIdleTimeoutException)
                        && IDLE_IN_TRANSACTION_SESSION_TIMEOUT.equals(failure.getSqlState())
                ? new TransactionIdleTimeoutException(idle(lastNanos), error)
                : error;
    }

    /** Reports it if it idles for longer, once for each time. Called by one thread at a time. */
    void reportIfLongerThan(long nanos, long nowNanos) {
        Period now = period;
        if (now != null && !now.reported && nowNanos - now.sinceNanos > nanos) {
            now.reported = true;
            watched.report(idle(nowNanos - now.sinceNanos));
        }
        if (now != null && nowNanos - now.sinceNanos > watched.limit().toNanos()) {
            onLimit.run();
        }
    }

    private boolean isEnough(long nanos) {
        return nanos + SKEW_NANOS >= watched.limit().toNanos();
    }

    private IdleTransaction idle(long nanos) {
        return new IdleTransaction(
                tenant, openedAt.toString(), Duration.ofNanos(nanos), watched.limit(), lastStatement);
    }

    /** One time that it idles. */
    private static final class Period {

        private final long sinceNanos;
        // Of the watchdog alone.
        private boolean reported;

        private Period(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }
    }
}

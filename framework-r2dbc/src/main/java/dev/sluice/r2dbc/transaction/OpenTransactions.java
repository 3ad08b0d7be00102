package dev.sluice.r2dbc.transaction;

import dev.sluice.SluiceSettings;
import dev.sluice.r2dbc.admission.Sweep;
import dev.sluice.transaction.IdleTransaction;
import dev.sluice.transaction.TransactionObserver;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;

/**
 * The watchdog: looks at all open transactions of a database, as long as there are any, and reports those that idle for
 * longer than is allowed. It finds what the guard cannot see, whatever the reason for which nothing is sent. Thread-safe.
 */
final class OpenTransactions {

    private static final Logger LOG = LoggerFactory.getLogger(OpenTransactions.class);

    private final Set<IdleTime> open = ConcurrentHashMap.newKeySet();
    private final Sweep sweep = new Sweep(Schedulers.parallel(), this::look);
    private final Duration limit;
    private final long warningNanos;
    private final TransactionObserver observer;

    OpenTransactions(SluiceSettings settings) {
        this.limit = settings.timeouts().idleInTransaction();
        this.warningNanos = Math.min(
                settings.transactions().idleWarning().toNanos(),
                limit.dividedBy(2).toNanos());
        this.observer = settings.transactionObserver();
    }

    void opened(IdleTime transaction) {
        open.add(transaction);
        // Whoever ended it meanwhile found nothing to remove.
        if (transaction.isOver()) {
            open.remove(transaction);
        }
        sweep.ensureRunning();
    }

    void ended(IdleTime transaction) {
        transaction.ends();
        open.remove(transaction);
    }

    /** After how long the server ends one. */
    Duration limit() {
        return limit;
    }

    TransactionObserver observer() {
        return observer;
    }

    void report(IdleTransaction transaction) {
        LOG.warn(
                "{}: it holds a connection that others could use. Look there for a call of another system, or for a"
                        + " subscribe() of its own",
                transaction);
        observer.idlesTooLong(transaction);
    }

    private boolean look() {
        long now = System.nanoTime();
        open.forEach(transaction -> transaction.reportIfLongerThan(warningNanos, now));
        return !open.isEmpty();
    }
}

package dev.sluice.r2dbc.transaction;

import dev.sluice.SluiceSettings;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.ExternalIoInTransactionException;
import dev.sluice.transaction.ExternalIoPolicy;
import dev.sluice.transaction.TransactionObserver;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of external I/O inside the transactions of one database. Thread-safe. */
final class ExternalIoGuard {

    private static final Logger LOG = LoggerFactory.getLogger(ExternalIoGuard.class);
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

    private final ExternalIoPolicy policy;
    private final TransactionObserver observer;
    private final AtomicLong nextLogNanos = new AtomicLong(System.nanoTime());
    private final AtomicLong notLogged = new AtomicLong();

    ExternalIoGuard(SluiceSettings settings) {
        this.policy = settings.transactions().externalIo();
        this.observer = settings.transactionObserver();
    }

    /** @throws ExternalIoInTransactionException if it is refused */
    void begins(String io, TenantId tenant, Place openedAt, Duration openFor) {
        boolean refused = policy == ExternalIoPolicy.ERROR;
        observer.externalIo(io, refused);
        if (refused) {
            throw new ExternalIoInTransactionException(io, tenant, openedAt.toString(), openFor);
        }
        warn(io, tenant, openedAt, openFor);
    }

    private void warn(String io, TenantId tenant, Place openedAt, Duration openFor) {
        long now = System.nanoTime();
        long next = nextLogNanos.get();
        if (now - next < 0 || !nextLogNanos.compareAndSet(next, now + QUIET_NANOS)) {
            notLogged.incrementAndGet();
            return;
        }
        LOG.warn(
                "{}: its connection idles until that answers ({} more since the last such line)",
                ExternalIoInTransactionException.describe(io, tenant, openedAt.toString(), openFor),
                notLogged.getAndSet(0));
    }
}

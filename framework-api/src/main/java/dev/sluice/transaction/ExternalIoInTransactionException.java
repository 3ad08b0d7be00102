package dev.sluice.transaction;

import dev.sluice.tenant.TenantId;
import io.r2dbc.spi.R2dbcNonTransientException;
import java.time.Duration;

/** External I/O was about to begin while its call chain held a transaction; it was not started. */
public final class ExternalIoInTransactionException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    private final String io;
    private final transient TenantId tenant;
    private final String openedAt;
    private final Duration openFor;

    /**
     * @param io what was about to begin
     * @param tenant whose transaction it is
     * @param openedAt where the transaction was opened
     * @param openFor for how long it has been open
     */
    public ExternalIoInTransactionException(String io, TenantId tenant, String openedAt, Duration openFor) {
        super(describe(io, tenant, openedAt, openFor)
                + ", was refused (transactions.external-io: error): the connection would idle until it answers."
                + " Read in one transaction, do this without one, write in another (sluice.phases()), or do it after the"
                + " commit");
        this.io = io;
        this.tenant = tenant;
        this.openedAt = openedAt;
        this.openFor = openFor;
    }

    /**
     * The first half of what there is to say, for logs.
     *
     * @param io what begins
     * @param tenant whose transaction it is
     * @param openedAt where the transaction was opened
     * @param openFor for how long it has been open
     * @return a text without a full stop
     */
    public static String describe(String io, TenantId tenant, String openedAt, Duration openFor) {
        return "external I/O '%s' inside a transaction of tenant '%s', opened at %s and open for %d ms"
                .formatted(io, tenant, openedAt, openFor.toMillis());
    }

    /** @return what was about to begin */
    public String io() {
        return io;
    }

    /** @return whose transaction it is */
    public TenantId tenant() {
        return tenant;
    }

    /** @return where the transaction was opened, as {@code com.example.Orders.place(Orders.java:42)} */
    public String openedAt() {
        return openedAt;
    }

    /** @return for how long it had been open */
    public Duration openFor() {
        return openFor;
    }
}

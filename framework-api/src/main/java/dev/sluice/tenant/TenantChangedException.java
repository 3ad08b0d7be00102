package dev.sluice.tenant;

import io.r2dbc.spi.R2dbcNonTransientException;

/** A call inside a transaction names another tenant than the transaction's. */
public final class TenantChangedException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    /**
     * @param transaction the tenant of the transaction
     * @param call the tenant of the call
     */
    public TenantChangedException(TenantId transaction, TenantId call) {
        super(
                "a call for tenant '%s' inside a transaction of tenant '%s'; one transaction serves one tenant: end it first"
                        .formatted(call, transaction));
    }
}

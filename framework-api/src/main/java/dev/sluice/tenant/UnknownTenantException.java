package dev.sluice.tenant;

import io.r2dbc.spi.R2dbcNonTransientException;

/** The tenant is well-formed, but the {@link TenantDirectory} does not know it. */
public final class UnknownTenantException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    private final transient TenantId tenant;

    /** @param tenant the unknown tenant */
    public UnknownTenantException(TenantId tenant) {
        super("tenant '%s' is unknown; add it to the tenant directory".formatted(tenant));
        this.tenant = tenant;
    }

    /** @return the unknown tenant */
    public TenantId tenant() {
        return tenant;
    }
}

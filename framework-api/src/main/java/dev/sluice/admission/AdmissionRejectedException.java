package dev.sluice.admission;

import dev.sluice.access.Workload;
import dev.sluice.tenant.TenantId;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call was not let in. Nothing was sent to the server, so it is safe to repeat after {@link #retryAfter()}. */
public final class AdmissionRejectedException extends R2dbcTransientResourceException {

    private static final long serialVersionUID = 1L;

    /** Why a call was not let in. */
    public enum Reason {
        /** The tenant has as many waiters as it may have. */
        TENANT_BUSY("%d of its requests wait already (limit %d)"),
        /** The node has as many waiters as it may have. */
        OVERLOADED("%d requests wait for the node already (limit %d)"),
        /** The deadline passed, or cannot be met; observed and limit are milliseconds: needed or waited, and left. */
        DEADLINE("it takes or took %d ms, and %d ms are left until its deadline"),
        /** The tenant or principal sent more requests per second than it may. */
        RATE_LIMITED("%d requests in this second (limit %d)");

        private final String numbers;

        Reason(String numbers) {
            this.numbers = numbers;
        }

        private String with(int observed, int limit) {
            return numbers.formatted(observed, limit);
        }
    }

    private final transient @Nullable TenantId tenant;
    private final transient Workload workload;
    private final Reason reason;
    private final int limit;
    private final int observed;
    private final Duration retryAfter;

    /**
     * @param tenant for whom; null for work across tenants
     * @param workload which kind of work
     * @param reason why
     * @param limit the limit in force
     * @param observed the value that met it
     * @param retryAfter when a new try makes sense
     */
    public AdmissionRejectedException(
            @Nullable TenantId tenant, Workload workload, Reason reason, int limit, int observed, Duration retryAfter) {
        super("%s, workload '%s': rejected, %s; retry after %d ms"
                .formatted(
                        tenant == null ? "across tenants" : "tenant '" + tenant + "'",
                        workload,
                        reason.with(observed, limit),
                        retryAfter.toMillis()));
        this.tenant = tenant;
        this.workload = workload;
        this.reason = reason;
        this.limit = limit;
        this.observed = observed;
        this.retryAfter = retryAfter;
    }

    /** @return for whom; null for work across tenants */
    public @Nullable TenantId tenant() {
        return tenant;
    }

    /** @return which kind of work */
    public Workload workload() {
        return workload;
    }

    /** @return why */
    public Reason reason() {
        return reason;
    }

    /** @return the limit in force */
    public int limit() {
        return limit;
    }

    /** @return the value that met the limit */
    public int observed() {
        return observed;
    }

    /** @return when a new try makes sense */
    public Duration retryAfter() {
        return retryAfter;
    }
}

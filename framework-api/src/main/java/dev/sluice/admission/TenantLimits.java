package dev.sluice.admission;

/**
 * What one tenant may use of a node.
 *
 * @param maxConnections most connections at once; at least 1; default 5
 * @param reserved connections kept for this tenant; 0 (the default) means none
 * @param weight share among tenants; at least 1; default 1
 * @param maxWaiting most waiters; 0 means that nobody waits; default 64
 * @param rateLimit requests per second; 0 (the default) means no limit
 * @param perPrincipal what one principal of the tenant may use
 */
public record TenantLimits(
        int maxConnections, int reserved, int weight, int maxWaiting, int rateLimit, PrincipalLimits perPrincipal) {

    /** The default limits. */
    public static final TenantLimits DEFAULT = new TenantLimits(5, 0, 1, 64, 0, PrincipalLimits.NONE);

    /** @throws IllegalArgumentException if a value is out of range */
    public TenantLimits {
        LimitChecks.atLeast("max-connections", maxConnections, 1);
        LimitChecks.atLeast("reserved", reserved, 0);
        LimitChecks.atLeast("weight", weight, 1);
        LimitChecks.atLeast("max-waiting", maxWaiting, 0);
        LimitChecks.atLeast("rate-limit", rateLimit, 0);
        if (reserved > maxConnections) {
            throw new IllegalArgumentException(
                    "reserved: %d (expected: <= max-connections, which is %d)".formatted(reserved, maxConnections));
        }
    }

    /**
     * What one principal of a tenant may use.
     *
     * @param maxConnections most connections at once; 0 (the default) means no limit
     * @param rateLimit requests per second; 0 (the default) means no limit
     */
    public record PrincipalLimits(int maxConnections, int rateLimit) {

        /** No limit. */
        public static final PrincipalLimits NONE = new PrincipalLimits(0, 0);

        /** @throws IllegalArgumentException if a value is negative */
        public PrincipalLimits {
            LimitChecks.atLeast("per-principal.max-connections", maxConnections, 0);
            LimitChecks.atLeast("per-principal.rate-limit", rateLimit, 0);
        }
    }
}

package dev.sluice.spring.settings;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which tenants exist, and their limits.
 *
 * @param known the tenants that exist; empty means that the tokens say
 * @param defaults the limits of tenants without an override
 * @param overrides limits of single tenants, by tenant; what is absent is as in the defaults
 */
public record TenantProperties(
        @DefaultValue List<String> known,
        @DefaultValue TenantLimitsDefaults defaults,
        @DefaultValue Map<String, TenantLimitsOverride> overrides) {

    /**
     * The limits of tenants without an override.
     *
     * @param maxConnections most connections of one node that a tenant has at once, in each process
     * @param reserved must be 0: connections are reserved for single tenants, by reserved in their tenants.overrides
     * @param weight share of the grants, relative to other tenants
     * @param maxWaiting most requests of a tenant that wait for a node, in each process; 0 means that nobody waits
     * @param rateLimit most requests of a tenant per second in each process; 0 means no limit
     * @param perPrincipal what one principal of a tenant may use
     */
    public record TenantLimitsDefaults(
            @DefaultValue("5") int maxConnections,
            @DefaultValue("0") int reserved,
            @DefaultValue("1") int weight,
            @DefaultValue("64") int maxWaiting,
            @DefaultValue("0") int rateLimit,
            @DefaultValue PrincipalLimitsDefaults perPrincipal) {}

    /**
     * What one principal of a tenant may use.
     *
     * @param maxConnections most connections of one node that one principal of a tenant has at once, in each process; 0 means
     *     no limit
     * @param rateLimit most requests of one principal of a tenant per second in each process; 0 means no limit
     */
    public record PrincipalLimitsDefaults(
            @DefaultValue("0") int maxConnections,
            @DefaultValue("0") int rateLimit) {}

    /**
     * The limits of one tenant. What is absent is as in the defaults.
     *
     * @param maxConnections most connections of one node that the tenant has at once, in each process
     * @param reserved connections of each node kept for the tenant, in each process
     * @param weight share of the grants, relative to other tenants
     * @param maxWaiting most requests that wait for a node, in each process; 0 means that nobody waits
     * @param rateLimit most requests per second in each process; 0 means no limit
     * @param perPrincipal what one principal of the tenant may use
     */
    public record TenantLimitsOverride(
            @Nullable Integer maxConnections,
            @Nullable Integer reserved,
            @Nullable Integer weight,
            @Nullable Integer maxWaiting,
            @Nullable Integer rateLimit,
            @DefaultValue PrincipalLimitsOverride perPrincipal) {}

    /**
     * What one principal of one tenant may use. What is absent is as in the defaults.
     *
     * @param maxConnections most connections of one node at once, in each process; 0 means no limit
     * @param rateLimit most requests per second in each process; 0 means no limit
     */
    public record PrincipalLimitsOverride(
            @Nullable Integer maxConnections, @Nullable Integer rateLimit) {}
}

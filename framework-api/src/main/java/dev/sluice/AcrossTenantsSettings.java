package dev.sluice;

/**
 * The explicit door for work across tenants: its own role and its own small pool.
 *
 * @param credentials the role
 * @param maxConnections most connections; at least 1; default 2
 */
public record AcrossTenantsSettings(Credentials credentials, int maxConnections) {

    /** @throws IllegalArgumentException if the limit is less than 1 */
    public AcrossTenantsSettings {
        SettingChecks.atLeast("across-tenants.pool.max", maxConnections, 1);
    }
}

package dev.sluice.r2dbc.session;

/**
 * A server setting, local to a group or transaction.
 *
 * @param name its name, {@code sluice.tenant}
 * @param value its value
 */
public record Setting(String name, String value) {

    /** The setting that row-level security reads. */
    public static final String TENANT = "sluice.tenant";
}

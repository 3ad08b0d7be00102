package dev.sluice.r2dbc.session;

/**
 * A server setting, local to a group or transaction, or a fence: a check that goes along with the settings and lets nothing
 * after it happen once it has failed.
 *
 * @param name its name, {@code sluice.tenant}; of a fence the lease
 * @param value its value; of a fence the epoch
 * @param isFence whether it is a fence
 */
public record Setting(String name, String value, boolean isFence) {

    /** The setting that row-level security reads. */
    public static final String TENANT = "sluice.tenant";

    /** A setting. */
    public Setting(String name, String value) {
        this(name, value, false);
    }

    /**
     * A fence: what follows happens only if the lease still has this epoch.
     *
     * @param lease the lease
     * @param epoch the epoch
     * @return the fence
     */
    public static Setting fence(String lease, long epoch) {
        return new Setting(lease, Long.toString(epoch), true);
    }
}

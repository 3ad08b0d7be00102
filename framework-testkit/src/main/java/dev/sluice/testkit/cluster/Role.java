package dev.sluice.testkit.cluster;

/** Who connects: the four roles of Sluice's design, and the superuser for faults that only it can make. */
public enum Role {
    /** Owns the database and its tables, migrates, bypasses row-level security. */
    OWNER("sluice_owner"),
    /** What requests run as: reads and writes rows, owns nothing, obeys row-level security. */
    APP("sluice_app"),
    /** The explicit door across tenants: like {@link #APP}, with a policy that shows it every row. */
    ACROSS("sluice_across"),
    /** Probes and samplers: {@code pg_monitor}. */
    MONITOR("sluice_monitor"),
    /** The cluster's superuser. No part of Sluice ever uses it; tests do, to break things. */
    SUPERUSER("postgres");

    private final String username;

    Role(String username) {
        this.username = username;
    }

    /** The login's name on every cluster of the testkit. */
    public String username() {
        return username;
    }
}

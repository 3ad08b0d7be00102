package dev.sluice.spring.observation;

/** Every meter of Sluice. Tenants are never tags: there may be a million of them. */
public enum SluiceMeter {

    /**
     * How long requests waited for a permit. Timer; tags: node, workload, outcome ({@code granted}, {@code rejected} or
     * {@code cancelled}). A request that did not have to wait counts with 0.
     */
    ADMISSION_WAIT("sluice.admission.wait", "How long requests waited for a permit"),

    /** How many requests wait now. Gauge; tags: node. */
    ADMISSION_WAITING("sluice.admission.waiting", "Requests that wait for a permit"),

    /**
     * How many requests were rejected. Counter; tags: node ({@code all} for limits of rates), reason
     * ({@code tenant_busy}, {@code overloaded}, {@code deadline} or {@code rate_limited}), dry.run (whether they only
     * would have been).
     */
    ADMISSION_REJECTED("sluice.admission.rejected", "Requests that were rejected"),

    /** How many connections are in use, counted until the server is idle. Gauge; tags: node. */
    CONNECTIONS_IN_USE("sluice.connections.in.use", "Connections in use"),

    /** How many connections may be in use. Gauge; tags: node. */
    CONNECTIONS_LIMIT("sluice.connections.limit", "Most connections in use at once");

    private final String meterName;
    private final String description;

    SluiceMeter(String meterName, String description) {
        this.meterName = meterName;
        this.description = description;
    }

    /** @return its name in Micrometer's notation */
    public String meterName() {
        return meterName;
    }

    /** @return what it says, in a few words */
    public String description() {
        return description;
    }
}

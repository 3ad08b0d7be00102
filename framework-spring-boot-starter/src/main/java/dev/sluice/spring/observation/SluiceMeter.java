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
    CONNECTIONS_LIMIT("sluice.connections.limit", "Most connections in use at once"),

    /**
     * How many calls went where. Counter; tags: target ({@code primary} or {@code replica}), node, reason ({@code write},
     * {@code consistency}, {@code balanced}, {@code session}, {@code behind}, {@code no_replica}, {@code conflict} or
     * {@code failed}, see {@link dev.sluice.consistency.RouteObserver.Reason}). Only where there are several nodes.
     */
    ROUTE("sluice.route", "Calls by the node that they went to"),

    /**
     * How far a node is behind the primary, in seconds; NaN if that is not known. Gauge; tags: node. Only where there are
     * several nodes.
     */
    REPLICA_LAG("sluice.replica.lag", "Time that a node is behind the primary"),

    /**
     * How far a node is behind the primary, in bytes of write-ahead log; NaN if that is not known. Gauge; tags: node. Only
     * where there are several nodes.
     */
    REPLICA_LAG_BYTES("sluice.replica.lag.bytes", "Write-ahead log that a node is behind the primary"),

    /**
     * 1 while one node takes writes; 0, to be alerted on, while none does or several do that cannot be told apart, so that
     * no write is let through. Gauge. Only where there are several nodes.
     */
    PRIMARY_AVAILABLE("sluice.primary.available", "Whether exactly one node takes writes"),

    /**
     * How long transactions had no statement in flight, each time. Timer. A sum that grows by 3 s in each second says that
     * three connections idle in transactions.
     */
    TRANSACTION_IDLE("sluice.transaction.idle", "Times without a statement in flight inside transactions"),

    /**
     * How often external I/O was about to begin inside a transaction. Counter; tags: outcome ({@code warned}: it ran, or
     * {@code refused}).
     */
    TRANSACTION_EXTERNAL_IO("sluice.transaction.external.io", "External I/O inside transactions"),

    /**
     * How long a start waited for the migration lock. Timer; tags: outcome ({@code current}, {@code acquired}, {@code
     * migrated_by_another} or {@code failed}). Its buckets are {@code sluice.migrations.lock-warning} and
     * {@code lock-critical}, from which on such a wait is also logged as a warning and as an error.
     */
    MIGRATION_LOCK_WAIT("sluice.migration.lock.wait", "How long starts waited for the migration lock"),

    /** Whether this process runs a worker: 1, or 0 if another one does, or none. Gauge; tags: worker. */
    WORKER_RUNNING("sluice.worker.running", "Whether this process runs the worker"),

    /** The epoch of a worker's lease; raised by each takeover. Gauge; tags: worker. */
    WORKER_EPOCH("sluice.worker.epoch", "Epoch of the worker's lease"),

    /** How many of a worker's last runs failed. Gauge; tags: worker. */
    WORKER_FAILING("sluice.worker.failing", "Failed runs in a row"),

    /** How many runs of a worker have ended in this process. Counter; tags: worker, outcome ({@code done} or {@code failed}). */
    WORKER_RUNS("sluice.worker.runs", "Runs of the worker");

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

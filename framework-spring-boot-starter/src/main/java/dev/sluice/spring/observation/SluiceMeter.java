package dev.sluice.spring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.docs.MeterDocumentation;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Every meter of Sluice, and all that is said of it: {@code docs/metrics.md} is written from here. Tenants are never tags: there
 * may be a million of them.
 */
public enum SluiceMeter implements MeterDocumentation {

    /** How long requests waited for a permit. */
    ADMISSION_WAIT(
            Meter.Type.TIMER,
            "sluice.admission.wait",
            "How long requests waited for a permit",
            "A request that did not have to wait counts with 0. outcome: `granted`, `rejected`, `cancelled`, or `shared`: answered by another one's statement.",
            MeterTag.NODE,
            MeterTag.WORKLOAD,
            MeterTag.OUTCOME),

    /** Requests that wait for a permit. */
    ADMISSION_WAITING(
            Meter.Type.GAUGE, "sluice.admission.waiting", "Requests that wait for a permit", "", MeterTag.NODE),

    /** Requests that were rejected. */
    ADMISSION_REJECTED(
            Meter.Type.COUNTER,
            "sluice.admission.rejected",
            "Requests that were rejected",
            "node is `all` for limits of rates. reason: `tenant_busy`, `overloaded`, `deadline` or `rate_limited`.",
            MeterTag.NODE,
            MeterTag.REASON,
            MeterTag.DRY_RUN),

    /** Connections in use. */
    CONNECTIONS_IN_USE(
            Meter.Type.GAUGE,
            "sluice.connections.in.use",
            "Connections in use",
            "Counted until the server is idle; reads by id that share a connection count as one each.",
            MeterTag.NODE),

    /** Most connections in use at once. */
    CONNECTIONS_LIMIT(
            Meter.Type.GAUGE, "sluice.connections.limit", "Most connections in use at once", "", MeterTag.NODE),

    /** Connections that failed. */
    CONNECTIONS_ERRORS(
            Meter.Type.COUNTER,
            "sluice.connections.errors",
            "Connections that failed",
            "reason: `unreachable`, `refused` (the server answered, and did not want it), `timeout` (the pool opened none in time) or `lost` (it was open and broke).",
            MeterTag.NODE,
            MeterTag.REASON),

    /** How long statements ran. */
    QUERY(
            Meter.Type.TIMER,
            "sluice.query",
            "How long statements ran",
            "From the moment that a call has its connection to its answer, error or cancel; what came before is in `sluice.admission.wait`. Without streams, which take as long as their readers do.",
            MeterTag.NODE,
            MeterTag.STATEMENT),

    /** Statements that ran too long. */
    QUERY_SLOW(
            Meter.Type.COUNTER,
            "sluice.query.slow",
            "Statements that ran too long",
            "For longer than `sluice.observation.slow-query`. Each is a line in the log.",
            MeterTag.NODE,
            MeterTag.STATEMENT),

    /** How long slow statements ran. */
    QUERY_SLOW_TIME(Meter.Type.TIMER, "sluice.query.slow.time", "How long slow statements ran", "", MeterTag.NODE),

    /** Statements that were stopped while they ran. */
    QUERY_CANCELLED(
            Meter.Type.COUNTER,
            "sluice.query.cancelled",
            "Statements that were stopped while they ran",
            "reason: `caller` (who asked has left), `deadline` or `server` (its `statement_timeout`).",
            MeterTag.NODE,
            MeterTag.STATEMENT,
            MeterTag.REASON),

    /** How long calls took, waiting included. */
    CALL(
            Meter.Type.TIMER,
            "sluice.call",
            "How long calls took, waiting included",
            "Made of the observation of each call, where there is an `ObservationRegistry`; with a tracer each is a span, which also has the tenant and how long it waited. `management.observations.enable.sluice=false` turns it off. outcome: `done`, `failed` or `cancelled`; node and target are `none` for a call that reached none.",
            MeterTag.STATEMENT,
            MeterTag.WORKLOAD,
            MeterTag.NODE,
            MeterTag.TARGET,
            MeterTag.OUTCOME,
            MeterTag.ERROR),

    /** Calls that are under way. */
    CALL_ACTIVE(
            Meter.Type.LONG_TASK_TIMER,
            "sluice.call.active",
            "Calls that are under way",
            "Also of the observation.",
            MeterTag.STATEMENT,
            MeterTag.WORKLOAD,
            MeterTag.NODE,
            MeterTag.TARGET,
            MeterTag.OUTCOME),

    /** Calls by the node that they went to. */
    ROUTE(
            Meter.Type.COUNTER,
            "sluice.route",
            "Calls by the node that they went to",
            "Only where there are several nodes. reason: `write`, `consistency`, `balanced`, `session`, `behind`, `no_replica`, `conflict`, `schema` or `failed`.",
            MeterTag.TARGET,
            MeterTag.NODE,
            MeterTag.REASON),

    /** Calls that went to the primary before it showed what their session had seen. */
    ROUTE_UNSHOWN(
            Meter.Type.COUNTER,
            "sluice.route.unshown",
            "Calls that went to the primary before it showed what their session had seen",
            "A standby may show a commit before the primary does. Counted after a wait of 250 ms, or `sluice.replicas.routing.catch-up-wait` if that is longer: such a call may have read older data. Grows while commits hang in synchronous replication.",
            MeterTag.NODE),

    /** Time that a node is behind the primary. */
    REPLICA_LAG(
            Meter.Type.GAUGE,
            "sluice.replica.lag",
            "Time that a node is behind the primary",
            "NaN if that is not known. Only where there are several nodes.",
            MeterTag.NODE),

    /** Write-ahead log that a node is behind the primary. */
    REPLICA_LAG_BYTES(
            Meter.Type.GAUGE,
            "sluice.replica.lag.bytes",
            "Write-ahead log that a node is behind the primary",
            "NaN if that is not known. Only where there are several nodes.",
            MeterTag.NODE),

    /** Whether exactly one node takes writes. */
    PRIMARY_AVAILABLE(
            Meter.Type.GAUGE,
            "sluice.primary.available",
            "Whether exactly one node takes writes",
            "1 while one node takes writes; 0, to be alerted on, while none does or several do that cannot be told apart, so that no write is let through. Only where there are several nodes."),

    /** What the tiers of the cache said to requests. */
    CACHE_REQUESTS(
            Meter.Type.COUNTER,
            "sluice.cache.requests",
            "What the tiers of the cache said to requests",
            "What the near tier cannot answer the shared one is asked, and then the database. result: `hit`, `miss`, `behind` (not fresh enough for the session, or under a write in progress), `stale` (past its life, while the database is out of reach), `unreadable` (removed), `failed` or `unavailable` (Redis is out of reach).",
            MeterTag.TIER,
            MeterTag.RESULT),

    /** How long the cache read the database. */
    CACHE_LOAD(
            Meter.Type.TIMER,
            "sluice.cache.load",
            "How long the cache read the database",
            "outcome: `done` or `failed`.",
            MeterTag.STATEMENT,
            MeterTag.OUTCOME),

    /** Answers that were not stored. */
    CACHE_NOT_STORED(
            Meter.Type.COUNTER,
            "sluice.cache.not.stored",
            "Answers that were not stored",
            "reason: `unencodable`, `too_large`, `outdated` (changed meanwhile) or `failed`.",
            MeterTag.STATEMENT,
            MeterTag.REASON),

    /** Attempts to end what a write has outdated that failed. */
    CACHE_INVALIDATION_FAILED(
            Meter.Type.COUNTER,
            "sluice.cache.invalidation.failed",
            "Attempts to end what a write has outdated that failed",
            "They are repeated until one succeeds; until then this process reads the database."),

    /** How often everything near was dropped. */
    CACHE_NEAR_DROPPED(
            Meter.Type.COUNTER,
            "sluice.cache.near.dropped",
            "How often everything near was dropped",
            "Because Redis could not tell of changes for a while."),

    /** Bytes of the near tier. */
    CACHE_NEAR_BYTES(Meter.Type.GAUGE, "sluice.cache.near.bytes", "Bytes of the near tier", ""),

    /** Whether Redis is used. */
    CACHE_SHARED_AVAILABLE(
            Meter.Type.GAUGE,
            "sluice.cache.shared.available",
            "Whether Redis is used",
            "1, or 0 while the breaker is open. Only where there is a `sluice.cache.url`."),

    /** Tenants with something outdated in Redis. */
    CACHE_INVALIDATIONS_PENDING(
            Meter.Type.GAUGE,
            "sluice.cache.invalidations.pending",
            "Tenants of which Redis has yet to be told what is outdated",
            ""),

    /** Times without a statement in flight inside transactions. */
    TRANSACTION_IDLE(
            Meter.Type.TIMER,
            "sluice.transaction.idle",
            "Times without a statement in flight inside transactions",
            "A sum that grows by 3 s in each second says that three connections idle in transactions."),

    /** External I/O inside transactions. */
    TRANSACTION_EXTERNAL_IO(
            Meter.Type.COUNTER,
            "sluice.transaction.external.io",
            "External I/O inside transactions",
            "Counted when it was about to begin. outcome: `warned` (it ran) or `refused`.",
            MeterTag.OUTCOME),

    /** How long starts waited for the migration lock. */
    MIGRATION_LOCK_WAIT(
            Meter.Type.TIMER,
            "sluice.migration.lock.wait",
            "How long starts waited for the migration lock",
            "outcome: `current`, `acquired`, `migrated_by_another` or `failed`. Its buckets are `sluice.migrations.lock-warning` and `lock-critical`, from which on such a wait is also logged as a warning and as an error.",
            MeterTag.OUTCOME),

    /** Whether this process runs the worker. */
    WORKER_RUNNING(
            Meter.Type.GAUGE,
            "sluice.worker.running",
            "Whether this process runs the worker",
            "1, or 0 if another one does, or none.",
            MeterTag.WORKER),

    /** Epoch of the worker's lease. */
    WORKER_EPOCH(
            Meter.Type.GAUGE,
            "sluice.worker.epoch",
            "Epoch of the worker's lease",
            "Raised by each takeover.",
            MeterTag.WORKER),

    /** Failed runs in a row. */
    WORKER_FAILING(Meter.Type.GAUGE, "sluice.worker.failing", "Failed runs in a row", "", MeterTag.WORKER),

    /** Runs of the worker. */
    WORKER_RUNS(
            Meter.Type.COUNTER,
            "sluice.worker.runs",
            "Runs of the worker",
            "Those that have ended in this process. outcome: `done` or `failed`.",
            MeterTag.WORKER,
            MeterTag.OUTCOME),

    /** Connections taken out of r2dbc-pool. */
    POOL_ACQUIRED(
            Meter.Type.GAUGE,
            "r2dbc.pool.acquired",
            "Connections taken out of r2dbc-pool",
            "Also those that are parked between two calls.",
            MeterTag.POOL),

    /** Open connections. */
    POOL_ALLOCATED(Meter.Type.GAUGE, "r2dbc.pool.allocated", "Open connections", "", MeterTag.POOL),

    /** Open connections that idle in r2dbc-pool. */
    POOL_IDLE(Meter.Type.GAUGE, "r2dbc.pool.idle", "Open connections that idle in r2dbc-pool", "", MeterTag.POOL),

    /** Who waits for r2dbc-pool. */
    POOL_PENDING(
            Meter.Type.GAUGE,
            "r2dbc.pool.pending",
            "Who waits for r2dbc-pool",
            "Almost always 0: admission lets nobody in for whom there is no connection.",
            MeterTag.POOL),

    /** Most open connections. */
    POOL_MAX_ALLOCATED(Meter.Type.GAUGE, "r2dbc.pool.max.allocated", "Most open connections", "", MeterTag.POOL),

    /** Most that may wait for r2dbc-pool. */
    POOL_MAX_PENDING(
            Meter.Type.GAUGE, "r2dbc.pool.max.pending", "Most that may wait for r2dbc-pool", "", MeterTag.POOL),

    /** Connections of our roles that Sluice did not open. */
    CONNECTIONS_UNMANAGED(
            Meter.Type.GAUGE,
            "sluice.connections.unmanaged",
            "Connections of our roles that Sluice did not open",
            "Of the roles `sluice.username` and `sluice.across-tenants.username` to this database, by their application name: `sluice`, or the one in `sluice.url`. Of the sampler, as all that follow."),

    /** Client connections of the server. */
    DATABASE_CONNECTIONS(
            Meter.Type.GAUGE,
            "sluice.database.connections",
            "Client connections of the server",
            "state: `active`, `idle`, `idle_in_transaction` or `other`. NaN, as all of the sampler, while it has no answer.",
            MeterTag.STATE),

    /** The server's max_connections. */
    DATABASE_CONNECTIONS_MAX(Meter.Type.GAUGE, "sluice.database.connections.max", "The server's max_connections", ""),

    /** How long the oldest transaction is open. */
    DATABASE_TRANSACTION_LONGEST(
            Meter.Type.GAUGE, "sluice.database.transaction.longest", "How long the oldest transaction is open", ""),

    /** How long the longest idle transaction idles. */
    DATABASE_IDLE_LONGEST(
            Meter.Type.GAUGE,
            "sluice.database.idle.longest",
            "How long the longest idle transaction idles",
            "Whose it is `/actuator/sluice` says."),

    /** Statements that run for very long. */
    DATABASE_QUERIES_LONG(
            Meter.Type.GAUGE,
            "sluice.database.queries.long",
            "Statements that run for very long",
            "For longer than `sluice.observation.sampler.long-query`."),

    /** Sessions that wait for a lock. */
    DATABASE_LOCK_WAITING(Meter.Type.GAUGE, "sluice.database.lock.waiting", "Sessions that wait for a lock", ""),

    /** How long the longest wait for a lock takes. */
    DATABASE_LOCK_LONGEST(
            Meter.Type.GAUGE, "sluice.database.lock.longest", "How long the longest wait for a lock takes", ""),

    /** Replication slots of the server. */
    DATABASE_SLOTS(
            Meter.Type.GAUGE,
            "sluice.database.slots",
            "Replication slots of the server",
            "active: `true` if somebody reads it. One that nobody reads fills the disk.",
            MeterTag.ACTIVE),

    /** Write-ahead log that the slot furthest behind retains. */
    DATABASE_SLOTS_RETAINED(
            Meter.Type.GAUGE,
            "sluice.database.slots.retained",
            "Write-ahead log that the slot furthest behind retains",
            ""),

    /** Age of the oldest snapshot. */
    DATABASE_HORIZON(
            Meter.Type.GAUGE,
            "sluice.database.horizon",
            "Age of the oldest snapshot",
            "Vacuum cleans up nothing that is younger. By the transaction that holds it; 0 if none does."),

    /** Age of the oldest snapshot in transactions. */
    DATABASE_HORIZON_TRANSACTIONS(
            Meter.Type.GAUGE,
            "sluice.database.horizon.transactions",
            "Age of the oldest snapshot in transactions",
            "Of sessions, replication slots and prepared transactions."),

    /** Estimated dead space. */
    DATABASE_BLOAT(
            Meter.Type.GAUGE,
            "sluice.database.bloat",
            "Estimated dead space",
            "kind: `table` (its share of dead rows) or `index` (pages that its rows would not need).",
            MeterTag.KIND),

    /** Estimated dead space as a share of all. */
    DATABASE_BLOAT_SHARE(
            Meter.Type.GAUGE,
            "sluice.database.bloat.share",
            "Estimated dead space as a share of all",
            "kind: `table` or `index`.",
            MeterTag.KIND);

    private static final Duration[] NONE = {};

    // Among them the lines of the alerts, so that a quantile is never guessed across one.
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private final Meter.Type type;
    private final String meterName;
    private final String description;
    private final String details;

    @SuppressWarnings("ImmutableEnumChecker") // copied
    private final List<MeterTag> tags;

    SluiceMeter(Meter.Type type, String meterName, String description, String details, MeterTag... tags) {
        this.type = type;
        this.meterName = meterName;
        this.description = description;
        this.details = details;
        this.tags = List.of(tags);
    }

    /** @return its name in Micrometer's notation */
    @Override
    public String getName() {
        return meterName;
    }

    @Override
    public Meter.Type getType() {
        return type;
    }

    /** @return seconds or bytes for the gauges that measure them; null for the others */
    @Override
    public @Nullable String getBaseUnit() {
        return switch (this) {
            case REPLICA_LAG,
                    DATABASE_TRANSACTION_LONGEST,
                    DATABASE_IDLE_LONGEST,
                    DATABASE_LOCK_LONGEST,
                    DATABASE_HORIZON -> "seconds";
            case REPLICA_LAG_BYTES, CACHE_NEAR_BYTES, DATABASE_SLOTS_RETAINED, DATABASE_BLOAT -> "bytes";
            default -> MeterDocumentation.super.getBaseUnit();
        };
    }

    @Override
    public KeyName[] getKeyNames() {
        return tags.toArray(KeyName[]::new);
    }

    /** @return what it says, in a few words */
    public String description() {
        return description;
    }

    /** @return what else there is to know; empty if nothing */
    String details() {
        return details;
    }

    List<MeterTag> tags() {
        return tags;
    }

    /** @param values of the tags, in their order */
    Counter counter(MeterRegistry registry, String... values) {
        return Counter.builder(meterName)
                .description(description)
                .tags(tags(values))
                .register(registry);
    }

    /** With the buckets of a histogram where it is one that alerts look at. */
    Timer timer(MeterRegistry registry, String... values) {
        return timer(registry, isHistogram() ? BUCKETS : NONE, values);
    }

    Timer timer(MeterRegistry registry, Duration[] buckets, String... values) {
        return Timer.builder(meterName)
                .description(description)
                .serviceLevelObjectives(buckets)
                .tags(tags(values))
                .register(registry);
    }

    <T> void gauge(MeterRegistry registry, T of, ToDoubleFunction<T> value, String... values) {
        Gauge.builder(meterName, of, value)
                .description(description)
                .baseUnit(getBaseUnit())
                .tags(tags(values))
                .register(registry);
    }

    boolean isHistogram() {
        return this == ADMISSION_WAIT || this == QUERY || this == QUERY_SLOW_TIME || this == MIGRATION_LOCK_WAIT;
    }

    Tags tags(String... values) {
        if (values.length != tags.size()) {
            throw new IllegalArgumentException(
                    "%s has %d tags (given: %d)".formatted(meterName, tags.size(), values.length));
        }
        return Tags.of(IntStream.range(0, values.length)
                .mapToObj(i -> Tag.of(tags.get(i).asString(), values[i]))
                .toList());
    }
}

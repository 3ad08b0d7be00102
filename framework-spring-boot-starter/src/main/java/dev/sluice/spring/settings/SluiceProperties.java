package dev.sluice.spring.settings;

import dev.sluice.Isolation;
import dev.sluice.TenantColumn;
import dev.sluice.access.Priority;
import dev.sluice.transaction.ExternalIoPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties under {@code sluice}. They are bound here and checked where they become settings; what is
 * unknown stops the start. The text form holds no secret.
 *
 * @param url the primary, r2dbc:postgresql://host:port/database
 * @param username the role that serves tenants
 * @param password the password of that role
 * @param isolation what keeps tenants apart: rls (scoped SQL and row-level security) or predicate (scoped SQL alone); the plain
 *     ConnectionFactory exists only with rls
 * @param tenant the column that says whose a row is
 * @param pool the connections of one node
 * @param instances the processes that share the servers, each with pools of its own
 * @param timeouts how long things may take
 * @param transactions what a transaction may do with the connection that it holds
 * @param repositories what holds for all repositories
 * @param admission who may use how much of a node
 * @param tenants which tenants exist, and their limits
 * @param workloads the limits of workloads, by name
 * @param acrossTenants the door for work across tenants; without a username it does not exist
 * @param monitor the role of probes and of the sampler; without a username probes ask as the role that serves tenants, and nothing
 *     is sampled
 * @param replicas the nodes beside the one of url, and how calls are spread over all of them
 * @param cache reads that are answered without the database
 * @param migrations the schema, brought up to date by the role that owns it
 * @param web how HTTP requests become calls
 * @param workers whether this process runs workers
 * @param observation what is looked at, and how closely
 * @param sharedTables tables that belong to no tenant and may be read and written by all
 * @param declared views and functions that hand-written SQL may use, declared safe
 */
@ConfigurationProperties("sluice")
public record SluiceProperties(
        @Nullable String url,
        @Nullable String username,
        @Nullable String password,
        @DefaultValue("rls") Isolation isolation,
        @DefaultValue Tenant tenant,
        @DefaultValue Pool pool,
        @DefaultValue("1") int instances,
        @DefaultValue Timeouts timeouts,
        @DefaultValue Transactions transactions,
        @DefaultValue Repositories repositories,
        @DefaultValue AdmissionProperties admission,
        @NestedConfigurationProperty @DefaultValue TenantProperties tenants,
        @DefaultValue Map<String, WorkloadProperties> workloads,
        @DefaultValue AcrossTenants acrossTenants,
        @DefaultValue Login monitor,
        @NestedConfigurationProperty @DefaultValue ReplicaProperties replicas,
        @NestedConfigurationProperty @DefaultValue CacheProperties cache,
        @DefaultValue Migrations migrations,
        @DefaultValue Web web,
        @DefaultValue Workers workers,
        @NestedConfigurationProperty @DefaultValue ObservationProperties observation,
        @DefaultValue List<String> sharedTables,
        @DefaultValue List<String> declared) {

    @Override
    public String toString() {
        return "SluiceProperties[isolation=%s, pool=%s, timeouts=%s]".formatted(isolation, pool, timeouts);
    }

    /**
     * The column that says whose a row is.
     *
     * @param column the name of the column that says whose a row is
     * @param type the type of that column: text, uuid, bigint or integer
     */
    public record Tenant(
            @DefaultValue("tenant_id") String column,
            @DefaultValue("text") TenantColumn.Type type) {}

    /**
     * The connections of one node.
     *
     * @param min connections kept open; 0 means none
     * @param max most connections
     * @param headroom connections of the server that no pool may use, for maintenance
     * @param acquireTimeout most time to get a connection
     * @param idleTimeout a connection idle for longer is closed
     * @param reapInterval how often idle connections are looked for
     * @param maxLifeTime a connection older than this is closed when it is given back
     * @param pipelineDepth reads by id that may be under way on one connection at once; 1 means that none shares one,
     *     16 is most
     * @param readsPerStatement reads by id of one tenant that may share one statement, of those that have to wait; 1 means
     *     that none does, 1000 is most
     */
    public record Pool(
            @DefaultValue("5") int min,
            @DefaultValue("50") int max,
            @DefaultValue("4") int headroom,
            @DefaultValue("30s") Duration acquireTimeout,
            @DefaultValue("30s") Duration idleTimeout,
            @DefaultValue("1s") Duration reapInterval,
            @DefaultValue("30m") Duration maxLifeTime,
            @DefaultValue("4") int pipelineDepth,
            @DefaultValue("64") int readsPerStatement) {}

    /**
     * How long things may take. The server enforces statement, lock and idleInTransaction and, from PostgreSQL 17 on, transaction;
     * Sluice itself enforces call and transaction, on every version.
     *
     * @param call most time of a call without a deadline of its own
     * @param statement most time of a statement in the server
     * @param lock most time that a statement waits for a lock
     * @param transaction most time of an explicit transaction
     * @param idleInTransaction most time that an open transaction may idle
     */
    public record Timeouts(
            @DefaultValue("10s") Duration call,
            @DefaultValue("5s") Duration statement,
            @DefaultValue("2s") Duration lock,
            @DefaultValue("30s") Duration transaction,
            @DefaultValue("5s") Duration idleInTransaction) {}

    /**
     * What a transaction may do with the connection that it holds.
     *
     * @param externalIo what becomes of external I/O inside a transaction: warn counts and logs it, error refuses it
     * @param idleWarning a transaction without a statement in flight for longer is reported, or after half of
     *     timeouts.idle-in-transaction if that is shorter
     */
    public record Transactions(
            @DefaultValue("warn") ExternalIoPolicy externalIo,
            @DefaultValue("1s") Duration idleWarning) {}

    /**
     * What holds for all repositories.
     *
     * @param maxRows most rows that a Flux is read for; more is an error
     */
    public record Repositories(@DefaultValue("10000") int maxRows) {}

    /**
     * Who may use how much of a node.
     *
     * @param scope where limits are counted; process is the only one there is
     * @param maxConnections most connections of a node in use at once; 0 means as many as its pool has
     * @param maxWaiting most requests that wait for a node; 0 means that nobody waits
     * @param dryRun whether to count what would be rejected instead of rejecting it
     */
    public record AdmissionProperties(
            @DefaultValue("process") String scope,
            @DefaultValue("0") int maxConnections,
            @DefaultValue("5000") int maxWaiting,
            @DefaultValue("false") boolean dryRun) {}

    /**
     * The limits of one workload. What is absent is as for the well-known workload of that name, or else
     * priority standard and no limit.
     *
     * @param priority order among waiters
     * @param maxConnections most connections of one node at once, in each process; 0 means no limit of its own
     */
    public record WorkloadProperties(
            @Nullable Priority priority, @Nullable Integer maxConnections) {}

    /**
     * The door for work across tenants.
     *
     * @param username the role for work across tenants; without one there is no such door
     * @param password the password of that role
     * @param pool its connections
     */
    public record AcrossTenants(
            @Nullable String username,
            @Nullable String password,
            @DefaultValue AcrossPool pool) {

        @Override
        public String toString() {
            return "AcrossTenants[username=%s, password=***, pool=%s]".formatted(username, pool);
        }
    }

    /**
     * The connections of the door for work across tenants.
     *
     * @param max most connections
     */
    public record AcrossPool(@DefaultValue("2") int max) {}

    /**
     * The role of probes and of the sampler.
     *
     * @param username the role of probes and of the sampler, a member of pg_monitor; without one probes ask as the role that
     *     serves tenants, and nothing is sampled
     * @param password the password of that role
     */
    public record Login(@Nullable String username, @Nullable String password) {

        @Override
        public String toString() {
            return "Login[username=%s, password=***]".formatted(username);
        }
    }

    /**
     * The schema, brought up to date by the role that owns it.
     *
     * @param enabled whether to migrate at start; absent means if there is a username
     * @param username the role that owns the tables
     * @param password the password of that role
     * @param lockWarning waiting longer for another instance's migrations, or migrating longer, is warned of
     * @param lockCritical waiting longer for another instance's migrations, or migrating longer, is an error in the log
     * @param lockTimeout how long a statement of a migration waits for a table that is in use, and makes all that come
     *     after it wait; then it gives way and the migration is tried again
     * @param timeout how long a start waits for the migration lock, and tries again, before it fails
     */
    public record Migrations(
            @Nullable Boolean enabled,
            @Nullable String username,
            @Nullable String password,
            @DefaultValue("30s") Duration lockWarning,
            @DefaultValue("60s") Duration lockCritical,
            @DefaultValue("200ms") Duration lockTimeout,
            @DefaultValue("10m") Duration timeout) {

        @Override
        public String toString() {
            return "Migrations[enabled=%s, username=%s, password=***]".formatted(enabled, username);
        }
    }

    /**
     * How HTTP requests become calls.
     *
     * @param tenantResolver where the tenant comes from: jwt, a claim of the verified token, or header, X-Tenant-Id, only behind a
     *     gateway that sets it
     * @param tenantClaim the claim of the token that names the tenant
     * @param principalClaim the claim of the token that names who calls
     * @param tokenSecrets secrets that sign cursors and Sluice-Token for the fleet, the newest first, 32 bytes each at least
     * @param nodeHeader whether each answer says in Sluice-Node which node served it last
     * @param openPaths paths that need neither tenant nor token, as patterns
     */
    public record Web(
            @DefaultValue("jwt") TenantSource tenantResolver,
            @DefaultValue("tenant_id") String tenantClaim,
            @DefaultValue("sub") String principalClaim,
            @DefaultValue List<String> tokenSecrets,
            @DefaultValue("false") boolean nodeHeader,
            @DefaultValue List<String> openPaths) {

        @Override
        public String toString() {
            return "Web[tenantResolver=%s, tenantClaim=%s, principalClaim=%s, openPaths=%s]"
                    .formatted(tenantResolver, tenantClaim, principalClaim, openPaths);
        }
    }

    /**
     * Whether this process runs workers.
     *
     * @param enabled whether this process runs workers; if not, other processes of the fleet have to
     */
    public record Workers(@DefaultValue("true") boolean enabled) {}

    /** Where the tenant of a request comes from. */
    public enum TenantSource {
        /** A claim of the verified token. */
        JWT,
        /** The header {@code X-Tenant-Id}, for services behind a gateway that sets it. */
        HEADER
    }
}

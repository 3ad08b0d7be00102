package dev.sluice.spring.actuator;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Priority;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionSnapshot;
import dev.sluice.admission.AdmissionSnapshot.TenantUse;
import dev.sluice.admission.AdmissionSnapshot.WorkloadUse;
import dev.sluice.admission.TenantLimits;
import dev.sluice.consistency.Position;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.R2dbcSluice.NodeAdmission;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.spring.alert.AlertState;
import dev.sluice.spring.migration.MigrationObserver.Outcome;
import dev.sluice.spring.sampler.DatabaseSample;
import dev.sluice.spring.sampler.DatabaseSample.Bloat;
import dev.sluice.tenant.TenantId;
import dev.sluice.work.WorkerStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the nodes stand and who uses what now, as it is shown.
 *
 * @param clusters by name
 * @param workers what the workers do, as this process sees it
 * @param alerts how each alert stands
 * @param database what the database says of itself; null where there is no monitor role
 * @param schema what the start of this process made of the schema; null where Sluice does not migrate
 */
public record SluiceState(
        Map<String, Cluster> clusters,
        List<WorkerStatus> workers,
        List<AlertState> alerts,
        @Nullable Database database,
        @Nullable Schema schema) {

    private static final String ONLY_CLUSTER = "main";

    static SluiceState of(
            R2dbcSluice sluice,
            List<NodeAdmission> nodes,
            CacheState cache,
            List<AlertState> alerts,
            @Nullable Database database,
            @Nullable Schema schema) {
        AdmissionSettings limits = sluice.limits().current();
        Map<String, NodeStatus> statuses = new HashMap<>();
        sluice.statuses().forEach(status -> statuses.put(status.name(), status));
        OptionalLong identifier = sluice.systemIdentifier();
        return new SluiceState(
                Map.of(
                        ONLY_CLUSTER,
                        new Cluster(
                                identifier.isPresent() ? Long.toUnsignedString(identifier.getAsLong()) : null,
                                nodes.stream()
                                        .map(node -> Node.of(node, statuses.get(node.node())))
                                        .toList(),
                                nodes.stream()
                                        .flatMap(node -> tenants(node, limits))
                                        .toList(),
                                nodes.stream().flatMap(SluiceState::workloads).toList(),
                                cache,
                                Limits.of(limits))),
                sluice.workers().statuses(),
                alerts,
                database,
                schema);
    }

    private static Stream<Tenant> tenants(NodeAdmission node, AdmissionSettings limits) {
        return node.use().tenants().stream().map(use -> Tenant.of(node.node(), use, limits));
    }

    private static Stream<WorkloadState> workloads(NodeAdmission node) {
        return node.use().workloads().stream().map(use -> WorkloadState.of(node.node(), use));
    }

    /**
     * What the sampler has seen.
     *
     * @param sample its last answer; null while it has none
     * @param bloat its last estimate; null while it has none
     */
    public record Database(
            @Nullable DatabaseSample sample, @Nullable Bloat bloat) {}

    /**
     * The schema. Who migrates it now, in the whole fleet, is in the database's sample.
     *
     * @param version the newest applied version when this process had started; empty if there was none
     * @param outcome how it came to be current
     * @param waitedMillis how long the start waited for the migration lock, in milliseconds
     */
    public record Schema(String version, Outcome outcome, double waitedMillis) {}

    /**
     * A cluster.
     *
     * @param systemIdentifier what PostgreSQL calls it; null if no node was asked
     * @param nodes where each node stands, and how much of it is in use
     * @param tenants who uses them, the busiest of each node first
     * @param workloads for what they are used
     * @param cache what is read without them
     * @param limits the limits in force
     */
    public record Cluster(
            @Nullable String systemIdentifier,
            List<Node> nodes,
            List<Tenant> tenants,
            List<WorkloadState> workloads,
            CacheState cache,
            Limits limits) {}

    /**
     * A node, or the pool for work across tenants, of which only its use is known.
     *
     * @param name its name
     * @param role what it is
     * @param state whether calls go to it
     * @param reason why it is in that state
     * @param timeline the timeline that it is on
     * @param lsn where it stands in its write-ahead log
     * @param lagMillis how far it is behind the primary, in milliseconds
     * @param lagBytes how far it is behind the primary, in bytes
     * @param roundTripMillis how long it last took to answer the monitor, in milliseconds
     * @param inUse connections in use
     * @param waiting requests that wait for one
     * @param limit most connections in use at once
     */
    public record Node(
            String name,
            @Nullable Role role,
            @Nullable State state,
            @Nullable String reason,
            @Nullable Integer timeline,
            @Nullable String lsn,
            @Nullable Double lagMillis,
            @Nullable Long lagBytes,
            @Nullable Double roundTripMillis,
            int inUse,
            int waiting,
            int limit) {

        static Node of(NodeAdmission node, @Nullable NodeStatus status) {
            AdmissionSnapshot use = node.use();
            Position position = status == null ? null : status.position();
            return new Node(
                    node.node(),
                    status == null ? null : status.role(),
                    status == null ? null : status.state(),
                    status == null ? null : status.reason(),
                    position == null ? null : position.timeline(),
                    position == null ? null : position.lsn().toString(),
                    status == null ? null : millis(status.lag()),
                    status == null || status.lagBytes() < 0 ? null : status.lagBytes(),
                    status == null ? null : millis(status.roundTrip()),
                    use.inUse(),
                    use.waiting(),
                    use.limit());
        }

        private static @Nullable Double millis(@Nullable Duration time) {
            return time == null ? null : time.toNanos() / 1e6;
        }
    }

    /**
     * A tenant on a node.
     *
     * @param tenant the tenant; null for work across tenants
     * @param node the node
     * @param inUse its connections
     * @param waiting its waiters
     * @param oldestWaitMillis how long its oldest waiter has waited, in milliseconds
     * @param rejected how often it was rejected, by reason
     * @param limits its limits in force; null for work across tenants
     */
    public record Tenant(
            @Nullable String tenant,
            String node,
            int inUse,
            int waiting,
            long oldestWaitMillis,
            Map<Reason, Long> rejected,
            @Nullable TenantLimits limits) {

        static Tenant of(String node, TenantUse use, AdmissionSettings limits) {
            TenantId tenant = use.tenant();
            return new Tenant(
                    tenant == null ? null : tenant.toString(),
                    node,
                    use.inUse(),
                    use.waiting(),
                    use.oldestWait().toMillis(),
                    use.rejected(),
                    tenant == null ? null : limits.limitsOf(tenant));
        }
    }

    /**
     * A workload on a node.
     *
     * @param workload its name
     * @param node the node
     * @param priority its priority
     * @param maxConnections most connections at once; 0 means no limit of its own
     * @param inUse its connections
     * @param waiting its waiters
     * @param serviceMillis how long its calls hold a connection on average, in milliseconds
     */
    public record WorkloadState(
            String workload,
            String node,
            Priority priority,
            int maxConnections,
            int inUse,
            int waiting,
            double serviceMillis) {

        static WorkloadState of(String node, WorkloadUse use) {
            return new WorkloadState(
                    use.workload().name(),
                    node,
                    use.limits().priority(),
                    use.limits().maxConnections(),
                    use.inUse(),
                    use.waiting(),
                    use.serviceTime().toNanos() / 1e6);
        }
    }

    /**
     * The limits of a node and of tenants without an override.
     *
     * @param maxConnections most connections in use at once; 0 means as many as the pool has
     * @param maxWaiting most requests that wait
     * @param dryRun whether rejections are only counted
     * @param tenantDefaults the limits of tenants without an override
     * @param tenantOverrides the limits of single tenants, by name; at most 100 of them
     */
    public record Limits(
            int maxConnections,
            int maxWaiting,
            boolean dryRun,
            TenantLimits tenantDefaults,
            Map<String, TenantLimits> tenantOverrides) {

        static Limits of(AdmissionSettings limits) {
            return new Limits(
                    limits.maxConnections(),
                    limits.maxWaiting(),
                    limits.dryRun(),
                    limits.tenantDefaults(),
                    overrides(limits.tenantOverrides()));
        }

        private static Map<String, TenantLimits> overrides(Map<TenantId, TenantLimits> limits) {
            Map<String, TenantLimits> shown = new TreeMap<>();
            limits.entrySet().stream()
                    .sorted(Comparator.comparing(each -> each.getKey().value()))
                    .limit(SluiceEndpoint.MOST_TENANTS)
                    .forEach(each -> shown.put(each.getKey().value(), each.getValue()));
            return shown;
        }
    }
}

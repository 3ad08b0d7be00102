package dev.sluice.replica;

import dev.sluice.AdmissionSettings;
import dev.sluice.Isolation;
import dev.sluice.PoolSettings;
import dev.sluice.ReplicaSettings;
import dev.sluice.ReplicaSettings.ReplicaNode;
import dev.sluice.RoutingSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.TenantLimits;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.RouteObserver;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.cluster.Cluster;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.cluster.NodeFactory;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.replica.topology.TopologyMonitor;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A routed cluster over real servers, with a table of counters, and a record of where calls went. */
final class RoutingFixture implements AutoCloseable, RouteObserver {

    static final String HIDDEN = "hidden on purpose";
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final String PRIMARY = ReplicaSettings.MAIN;

    final Cluster cluster;
    private final Function<RouteObserver, SluiceSettings> configuration;
    final SluiceSettings settings;
    final Queue<Route> routes = new ConcurrentLinkedQueue<>();
    final Queue<String> unshown = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    /** Where a call went. */
    record Route(String node, boolean replica, Reason reason) {}

    RoutingFixture(SluiceCluster servers, TestDatabase database, RoutingSettings routing) {
        this(servers, database, routing, UnaryOperator.identity());
    }

    RoutingFixture(
            SluiceCluster servers,
            TestDatabase database,
            RoutingSettings routing,
            UnaryOperator<SluiceSettings.Builder> change) {
        this(observer -> settings(servers, database, routing, change, observer), null);
    }

    private RoutingFixture(Function<RouteObserver, SluiceSettings> configuration, LyingLeases.@Nullable Lie lie) {
        this.configuration = configuration;
        settings = configuration.apply(this);
        cluster = lie == null ? new ReplicaClusterProvider().open(settings, factory()) : lyingCluster(lie);
        cluster.start().block(PATIENCE);
        // Until a probe has found a standby to be as far as the primary, reads go to the primary.
        Await.until(
                PATIENCE,
                () -> cluster.statuses().stream()
                        .allMatch(node -> node.state() == State.UP && Duration.ZERO.equals(node.lag())),
                "all nodes are fresh");
    }

    private static SluiceSettings settings(
            SluiceCluster servers,
            TestDatabase database,
            RoutingSettings routing,
            UnaryOperator<SluiceSettings.Builder> change,
            RouteObserver observer) {
        Map<String, ReplicaNode> nodes = new LinkedHashMap<>();
        for (ClusterNode standby : servers.standbys()) {
            nodes.put(standby.name(), new ReplicaNode(database.on(standby).url(), null));
        }
        return change.apply(database.settings()
                        .isolation(Isolation.PREDICATE)
                        .pool(PoolSettings.ofMax(16))
                        .admission(AdmissionSettings.DEFAULT.withTenantDefaults(
                                new TenantLimits(16, 0, 1, 1_000, 0, TenantLimits.PrincipalLimits.NONE)))
                        .replicas(new ReplicaSettings(routing, nodes))
                        .routeObserver(observer))
                .build();
    }

    private Cluster lyingCluster(LyingLeases.Lie lie) {
        NodeFactory factory = factory();
        List<Node> nodes = new ArrayList<>();
        nodes.add(factory.open(PRIMARY, settings.url(), settings.app(), settings.pool()));
        settings.replicas()
                .nodes()
                .forEach((name, node) -> nodes.add(factory.open(name, node.url(), settings.app(), settings.pool())));
        List<Node> lying = nodes.stream()
                .map(node -> new Node(node.name(), node.admission(), new LyingLeases(node.leases(), lie)))
                .toList();
        return RoutedCluster.of(lying, TopologyMonitor.open(settings), settings, System::nanoTime);
    }

    private NodeFactory factory() {
        return new NodeFactory(settings, new FixedLimits(settings.admission()));
    }

    /** The same servers behind connections that lie. */
    RoutingFixture lying(LyingLeases.Lie lie) {
        return new RoutingFixture(configuration, lie);
    }

    /** The same servers behind connections that do not say what has failed: nothing that fails can be run again. */
    RoutingFixture blind() {
        return lying(new LyingLeases.Lie() {
            @Override
            public Throwable of(Throwable error) {
                return new R2dbcNonTransientResourceException(HIDDEN, "22000", error);
            }
        });
    }

    static TestDatabase createTable(SluiceCluster servers) {
        TestDatabase database = servers.createDatabase();
        database.execute(Role.OWNER, "create table counters (id int primary key, value bigint not null)");
        database.execute(Role.OWNER, "insert into counters select i, 0 from generate_series(1, 100) i");
        servers.standbys().forEach(standby -> standby.awaitReplayOf(servers.primary()));
        return database;
    }

    @Override
    public void routed(String node, boolean replica, Reason reason) {
        routes.add(new Route(node, replica, reason));
        counts.merge(node, 1, Integer::sum);
    }

    @Override
    public void unshown(String node) {
        unshown.add(node);
    }

    int count(String node) {
        return counts.getOrDefault(node, 0);
    }

    /** Waits until a session's reads need not wait for a standby: they do that for a moment only. */
    void awaitReached(int standby, SessionPosition session) {
        Position wanted = Objects.requireNonNull(session.seen());
        Await.until(
                PATIENCE,
                () -> {
                    Position position = cluster.statuses().get(standby).position();
                    return position != null && position.includes(wanted);
                },
                "node %d is known to have %s".formatted(standby, wanted));
    }

    void forget() {
        routes.clear();
        counts.clear();
    }

    /** Where the last call went. */
    Route last() {
        List<Route> all = new ArrayList<>(routes);
        return all.get(all.size() - 1);
    }

    static LeaseRequest request(boolean writes, @Nullable SessionPosition session) {
        return request(writes, ReadConsistency.session(), session, PATIENCE);
    }

    static LeaseRequest request(
            boolean writes, ReadConsistency consistency, @Nullable SessionPosition session, Duration deadline) {
        AdmissionRequest admission = new AdmissionRequest(
                TenantId.of("acme"), Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(deadline), null);
        return new LeaseRequest("test", admission, writes, consistency, session);
    }

    Mono<Long> read(int id, @Nullable SessionPosition session) {
        return Mono.defer(() -> read(request(false, session), "select value from counters where id = " + id));
    }

    Mono<Long> read(LeaseRequest request, String sql) {
        return cluster.leases()
                .use(
                        request,
                        session -> session.rows(
                                Group.of("read", sql), row -> Objects.requireNonNull(row.get(0, Long.class)), 10_000))
                .map(rows -> rows.get(0));
    }

    Mono<Long> increment(int id, @Nullable SessionPosition session) {
        return Mono.defer(() -> cluster.leases()
                .use(
                        request(true, session),
                        now -> now.rowsUpdated(
                                Group.of("write", "update counters set value = value + 1 where id = " + id))));
    }

    @Override
    public void close() {
        cluster.closeGracefully().block(PATIENCE);
    }
}

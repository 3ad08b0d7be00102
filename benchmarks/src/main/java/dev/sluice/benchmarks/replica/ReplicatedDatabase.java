package dev.sluice.benchmarks.replica;

import dev.sluice.Credentials;
import dev.sluice.PoolSettings;
import dev.sluice.ReplicaSettings;
import dev.sluice.ReplicaSettings.ReplicaNode;
import dev.sluice.RoutingSettings;
import dev.sluice.RoutingSettings.PrimaryReads;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Migrations;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.network.FaultyLink;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A primary and two standbys with the products of 100 tenants; each standby behind a link that can fail. */
final class ReplicatedDatabase implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final int TENANTS = 100;
    static final int IDS = 100;

    private static final String TABLE = """
            create table products (tenant_id text not null, id bigint not null, name text not null, amount bigint not null,
                primary key (tenant_id, id));
            insert into products select 'tenant-' || t, i, 'name ' || i, i * t
                from generate_series(0, 99) t, generate_series(0, 99) i;
            analyze products;
            create function hold(seconds double precision) returns void language sql stable as 'select pg_sleep(seconds)';
            """;

    private final SluiceCluster cluster = SluiceCluster.start(ClusterSpec.withStandbys(2));
    private final TestDatabase database = cluster.createDatabase(Migrations.of(
            TABLE,
            RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username()).script("products")));
    private final List<FaultyLink> links = cluster.standbys().stream()
            .map(standby -> new FaultyLink(standby.host(), standby.port()))
            .toList();

    ReplicatedDatabase() {
        cluster.standbys().forEach(standby -> standby.awaitReplayOf(cluster.primary()));
    }

    String version() {
        return database.value(Role.SUPERUSER, String.class, "show server_version");
    }

    List<ClusterNode> standbys() {
        return cluster.standbys();
    }

    List<FaultyLink> links() {
        return links;
    }

    /** Connects to the primary alone. */
    Sluice connectAlone(int connections) {
        return connect(settings(connections).build());
    }

    /** Connects to all three, without a link between. */
    Sluice connect(int connections, PrimaryReads primaryReads) {
        return connect(
                connections,
                primaryReads,
                standbys().stream().map(ClusterNode::port).toList());
    }

    /** Connects to all three, to the standbys through their links. */
    Sluice connectOverLinks(int connections) {
        return connect(
                connections,
                PrimaryReads.AVOID,
                links.stream().map(FaultyLink::port).toList());
    }

    private Sluice connect(int connections, PrimaryReads primaryReads, List<Integer> ports) {
        RoutingSettings d = RoutingSettings.DEFAULT;
        RoutingSettings routing = new RoutingSettings(
                d.defaultConsistency(),
                d.maxLag(),
                d.maxLagBytes(),
                d.whenNone(),
                primaryReads,
                d.probeInterval(),
                d.catchUpWait(),
                d.failoverWait());
        Map<String, ReplicaNode> nodes = new LinkedHashMap<>();
        for (int i = 0; i < ports.size(); i++) {
            String url = "r2dbc:postgresql://localhost:" + ports.get(i) + "/" + database.name();
            nodes.put(standbys().get(i).name(), new ReplicaNode(url, null));
        }
        return connect(settings(connections)
                .replicas(new ReplicaSettings(routing, nodes))
                .build());
    }

    private SluiceSettings.Builder settings(int connections) {
        Credentials app = database.credentials(Role.APP);
        return SluiceSettings.builder(database.url(), app)
                .pool(PoolSettings.ofMax(connections))
                .declared(List.of("hold"))
                .monitor(database.credentials(Role.MONITOR));
    }

    private static Sluice connect(SluiceSettings settings) {
        return Objects.requireNonNull(Sluice.connect(settings).block(PATIENCE));
    }

    @Override
    public void close() {
        links.forEach(FaultyLink::close);
        cluster.close();
    }
}

package dev.sluice.replica.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ReplicaSettings;
import dev.sluice.ReplicaSettings.ReplicaNode;
import dev.sluice.RoutingSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.replica.topology.NodeView.Standing;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The monitor beside real servers. The tests share a cluster and leave it as they found it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopologyMonitorTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private SluiceCluster cluster;
    private TestDatabase database;
    private TopologyMonitor monitor;

    @BeforeAll
    void startCluster() {
        cluster = SluiceCluster.start(ClusterSpec.withStandbys(2));
        database = cluster.createDatabase();
        database.execute(Role.OWNER, "create table t (id int)");
        cluster.standbys().forEach(standby -> standby.awaitReplayOf(cluster.primary()));
    }

    @AfterAll
    void stopCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void startMonitor() {
        monitor = TopologyMonitor.open(settings().build());
        monitor.start().block(SOON);
    }

    @AfterEach
    void stopMonitor() {
        monitor.close().block(SOON);
    }

    @Test
    void theFirstRoundFindsThePrimaryAndTheStandbys() {
        Topology topology = monitor.current();

        assertThat(topology.problem()).isNull();
        assertThat(topology.primary()).isZero();
        assertThat(topology.timeline()).isEqualTo(1);
        assertThat(monitor.systemIdentifier())
                .hasValue(database.value(
                        Role.SUPERUSER, Long.class, "select system_identifier from pg_control_system()"));
        assertThat(topology.nodes()).extracting(NodeView::name).containsExactly("primary", "standby1", "standby2");
        assertThat(topology.nodes()).extracting(NodeView::standing).containsOnly(Standing.MEMBER);
        assertThat(topology.nodes())
                .extracting(NodeView::role)
                .containsExactly(NodeStatus.Role.PRIMARY, NodeStatus.Role.STANDBY, NodeStatus.Role.STANDBY);
        await("the standbys have what the primary has", t -> t.nodes().stream()
                .allMatch(node -> Duration.ZERO.equals(node.lag()) && node.lagBytes() == 0));
    }

    @Test
    void aFrozenNodeFallsSilentInBoundedTimeAndComesBack() {
        cluster.standbys().get(0).freeze();
        try {
            await("it is silent", t -> t.nodes().get(1).standing() == Standing.SILENT);
            assertThat(monitor.current().nodes().get(1).reason()).contains("no answer to a probe within 1000 ms");
        } finally {
            cluster.standbys().get(0).thaw();
        }
        await("it is back", t -> t.nodes().get(1).standing() == Standing.MEMBER);
    }

    private void await(String what, Predicate<Topology> wanted) {
        try {
            assertThat(monitor.await(wanted, SOON).block(SOON.multipliedBy(2))).isNotNull();
        } catch (AssertionError e) {
            throw new AssertionError(what + ", but: " + monitor.current(), e);
        }
    }

    private SluiceSettings.Builder settings() {
        Map<String, ReplicaNode> nodes = new LinkedHashMap<>();
        for (ClusterNode standby : cluster.standbys()) {
            nodes.put(standby.name(), new ReplicaNode(database.on(standby).url(), null));
        }
        return database.settings().replicas(new ReplicaSettings(RoutingSettings.DEFAULT, nodes));
    }
}

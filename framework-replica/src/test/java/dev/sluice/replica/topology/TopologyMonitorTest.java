package dev.sluice.replica.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Credentials;
import dev.sluice.ReplicaSettings.ReplicaNode;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.replica.topology.NodeView.Standing;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.FreePort;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The monitor beside real servers. The tests share a cluster and leave it as they found it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopologyMonitorTest {

    private static final int STANDBY = 1;

    private SluiceCluster cluster;
    private TestDatabase database;
    private ClusterNode standby;
    private Monitored monitored;

    @BeforeAll
    void startCluster() {
        cluster = SluiceCluster.start(ClusterSpec.withStandbys(1));
        database = cluster.createDatabase();
        database.execute(Role.OWNER, "create table t (id int)");
        standby = cluster.standbys().get(0);
        standby.awaitReplayOf(cluster.primary());
    }

    @AfterAll
    void stopCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void startMonitor() {
        monitored = Monitored.all(cluster, database);
    }

    @AfterEach
    void stopMonitor() {
        monitored.close();
    }

    @Test
    void theFirstRoundFindsThePrimaryAndTheStandbys() {
        Topology topology = monitored.now();

        assertThat(topology.problem()).isNull();
        assertThat(topology.primary()).isZero();
        assertThat(topology.timeline()).isEqualTo(1);
        assertThat(monitored.monitor.systemIdentifier())
                .hasValue(database.value(
                        Role.SUPERUSER, Long.class, "select system_identifier from pg_control_system()"));
        assertThat(topology.nodes()).extracting(NodeView::name).containsExactly("primary", "standby1");
        assertThat(topology.nodes()).extracting(NodeView::standing).containsOnly(Standing.MEMBER);
        assertThat(topology.nodes())
                .extracting(NodeView::role)
                .containsExactly(NodeStatus.Role.PRIMARY, NodeStatus.Role.STANDBY);
        assertThat(topology.nodes().get(STANDBY).reason()).isEqualTo("streams");
    }

    @Test
    void behindAnIdlePrimaryNothingEverLags() {
        awaitNoLag();

        // A checkpoint or a snapshot of running transactions may come in between: until it is replayed bytes lack, too.
        assertThat(monitored.next(12))
                .extracting(topology -> topology.nodes().get(STANDBY))
                .allSatisfy(node -> {
                    assertThat(node.lag().isZero()).isEqualTo(node.lagBytes() == 0);
                    assertThat(node.isFreshWithin(Duration.ofSeconds(10), System.nanoTime()))
                            .isTrue();
                })
                .filteredOn(node -> node.lagBytes() > 0)
                .hasSizeLessThan(5)
                .allSatisfy(node -> assertThat(node.lag()).isLessThan(Duration.ofSeconds(2)));
    }

    @Test
    void aPausedReplayLagsMoreAndMoreUntilItResumes() {
        awaitNoLag();
        standby.pauseReplay();
        try {
            Position before = new Position(1, Lsn.parse(standby.walPosition()));
            database.execute(Role.OWNER, "insert into t select generate_series(1, 1000)");

            NodeView lagging = monitored.await(
                    "it lags",
                    STANDBY,
                    node -> node.lag() != null && node.lag().toMillis() > 700 && node.lagBytes() > 1_000);

            assertThat(lagging.position()).isEqualTo(before);
            assertThat(lagging.isFreshWithin(Duration.ofMillis(600), System.nanoTime()))
                    .isFalse();
            Position written = monitored.monitor.position(0);
            assertThat(monitored
                            .monitor
                            .awaitPosition(STANDBY, written, Duration.ofMillis(20))
                            .block(Monitored.SOON))
                    .isFalse();
        } finally {
            standby.resumeReplay();
        }
        awaitNoLag();
    }

    @Test
    void whoWaitsForAPositionIsToldSoonAfterItIsReplayed() {
        database.execute(Role.OWNER, "insert into t values (1)");
        Position written = new Position(1, Lsn.parse(cluster.primary().walPosition()));

        assertThat(monitored
                        .monitor
                        .awaitPosition(STANDBY, written, Monitored.SOON)
                        .block(Monitored.SOON.plusSeconds(5)))
                .isTrue();
        assertThat(monitored.monitor.position(STANDBY).includes(written)).isTrue();
    }

    @Test
    void aFrozenNodeFallsSilentInBoundedTimeAndComesBack() {
        standby.freeze();
        try {
            NodeView silent = monitored.await("it is silent", STANDBY, node -> node.standing() == Standing.SILENT);
            assertThat(silent.reason()).contains("no answer to a probe within 1000 ms");
            assertThat(monitored.monitor.position(STANDBY)).isNull();
        } finally {
            standby.thaw();
        }
        awaitNoLag();
    }

    @Test
    void aKilledNodeIsKnownToBeSilentAtOnceAndComesBack() {
        standby.kill();
        long killed = System.nanoTime();
        try {
            monitored.await("it is silent", STANDBY, node -> node.standing() == Standing.SILENT);
            assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(5));
        } finally {
            standby.start();
        }
        awaitNoLag();
    }

    @Test
    void aStandbyThatReceivesNothingNeverLooksFresh() {
        awaitNoLag();
        database.on(standby).execute(Role.SUPERUSER, "alter system set primary_conninfo = ''");
        standby.reloadSettings();
        try {
            monitored.await("it says so", STANDBY, node -> node.reason().contains("receives nothing"));
            database.execute(Role.OWNER, "insert into t values (1)");

            NodeView stale = monitored.await(
                    "it lags", STANDBY, node -> node.lag() != null && node.lag().toMillis() > 700);

            assertThat(stale.position()).as("on the timeline that it was on").isNotNull();
        } finally {
            standby.follow(cluster.primary());
        }
        awaitNoLag();
    }

    @Test
    void whatIsWrongWithANodeIsSaidAndKeepsNoOtherFromServing() {
        String name = database.name();
        try (SluiceCluster other = SluiceCluster.shared()) {
            TestDatabase system = other.primary().database("postgres");
            system.execute(Role.SUPERUSER, "create database " + name);
            TestDatabase foreign = other.primary().database(name);
            Map<String, ReplicaNode> nodes = new LinkedHashMap<>();
            nodes.put("closed", new ReplicaNode("r2dbc:postgresql://127.0.0.1:" + FreePort.find() + "/" + name, null));
            nodes.put("foreign", new ReplicaNode(foreign.url(), foreign.credentials(Role.APP)));
            nodes.put("unknown", new ReplicaNode("r2dbc:postgresql://nowhere.invalid/" + name, null));
            nodes.put("standby", new ReplicaNode(database.on(standby).url(), null));
            nodes.put(
                    "again",
                    new ReplicaNode("r2dbc:postgresql://localhost:%d/%s".formatted(standby.port(), name), null));
            try (Monitored asApp = Monitored.of(database.settings().monitor(null), nodes)) {
                assertThat(asApp.now().primaryAnswers()).isTrue();
                assertThat(asApp.node(1).reason()).contains("refused");
                assertThat(asApp.node(2).standing()).isEqualTo(Standing.FOREIGN);
                assertThat(asApp.node(2).reason()).contains("another cluster");
                assertThat(asApp.node(3).reason()).contains("nowhere.invalid");
                assertThat(asApp.node(5).standing()).isEqualTo(Standing.FOREIGN);
                assertThat(asApp.node(5).reason()).contains("same server as 'standby'");
                asApp.await(
                        "without a grant, the control file tells the timeline",
                        4,
                        node -> node.position() != null && Duration.ZERO.equals(node.lag()));
            } finally {
                system.execute(Role.SUPERUSER, "drop database " + name + " with (force)");
            }
        }
    }

    @Test
    void aWrongPasswordIsSaidWithoutTellingIt() {
        Credentials wrong = new Credentials(Role.MONITOR.username(), "not the password");
        try (Monitored refused = Monitored.of(database.settings().monitor(wrong), Map.of())) {
            assertThat(refused.now().hasPrimary()).isFalse();
            assertThat(refused.now().problem())
                    .contains("no node has answered yet", "authentication failed", "28P01")
                    .doesNotContain("not the password");
        }
    }

    private void awaitNoLag() {
        monitored.await(
                "the standby has what the primary has",
                STANDBY,
                node -> Duration.ZERO.equals(node.lag())
                        && node.lagBytes() == 0
                        && node.reason().equals("streams"));
    }
}

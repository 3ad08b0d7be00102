package dev.sluice.replica.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.replica.topology.NodeView.Standing;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** From the death of a primary to two that cannot be told apart, on real servers; one story, because clusters cost seconds. */
class PromotionTest {

    @Test
    void thePrimaryIsFollowedFencedAndRefused() {
        try (SluiceCluster cluster = SluiceCluster.start(ClusterSpec.withStandbys(3))) {
            TestDatabase database = cluster.createDatabase();
            database.execute(Role.OWNER, "create table t (id int)");
            cluster.standbys().forEach(standby -> standby.awaitReplayOf(cluster.primary()));
            try (Monitored monitored = Monitored.all(cluster, database)) {
                aDeadPrimaryStaysThePrimaryWhileNobodyElseIs(cluster, monitored);
                aPromotedStandbyIsThePrimaryAndTheOthersFollow(cluster, database, monitored);
                theOldPrimaryIsFencedWhenItComesBack(cluster, monitored);
                twoOnOneTimelineAreBothRefused(cluster, monitored);
            }
        }
    }

    private static void aDeadPrimaryStaysThePrimaryWhileNobodyElseIs(SluiceCluster cluster, Monitored monitored) {
        monitored.await("all standbys are fresh", topology -> topology.nodes().stream()
                .allMatch(node -> Duration.ZERO.equals(node.lag())));
        cluster.primary().kill();

        Topology topology = monitored.await("the primary is missed", t -> !t.primaryAnswers());

        assertThat(topology.primary()).isZero();
        assertThat(topology.problem()).contains("the primary 'primary' has not answered");
        // Nothing can have been written that a standby lacks, as far as was seen; but it is as old as it is.
        monitored.await(
                "the age of the data grows, and what is behind the primary does not",
                1,
                node -> Duration.ZERO.equals(node.lag())
                        && !node.isFreshWithin(Duration.ofMillis(700), System.nanoTime()));
    }

    private static void aPromotedStandbyIsThePrimaryAndTheOthersFollow(
            SluiceCluster cluster, TestDatabase database, Monitored monitored) {
        ClusterNode promoted = cluster.standbys().get(0);
        promoted.promote();
        assertThat(monitored
                        .await("it is the primary", Topology::primaryAnswers)
                        .primary())
                .isEqualTo(1);
        assertThat(monitored.now().timeline()).isEqualTo(2);

        cluster.standbys().get(1).follow(promoted);
        database.on(promoted).execute(Role.OWNER, "insert into t values (1)");

        NodeView follower = monitored.await(
                "the other follows", 2, node -> Duration.ZERO.equals(node.lag()) && node.lagBytes() == 0);
        assertThat(follower.position().timeline()).isEqualTo(2);
        assertThat(monitored.node(3).reason()).contains("is on timeline 1, but timeline 2 has been seen");
        monitored.await(
                "who does not follow lags",
                3,
                node -> node.lag() != null && node.lag().toMillis() > 500);
    }

    private static void theOldPrimaryIsFencedWhenItComesBack(SluiceCluster cluster, Monitored monitored) {
        cluster.primary().start();

        NodeView old = monitored.await("it answers", 0, node -> node.standing() != Standing.SILENT);

        assertThat(old.standing()).isEqualTo(Standing.FENCED);
        assertThat(old.reason()).contains("takes writes on timeline 1, but timeline 2 has been seen");
        assertThat(monitored.now().primary()).isEqualTo(1);
        assertThat(monitored.now().problem()).isNull();
    }

    private static void twoOnOneTimelineAreBothRefused(SluiceCluster cluster, Monitored monitored) {
        cluster.standbys().get(2).promote();

        Topology topology = monitored.await("nothing can be written", t -> !t.hasPrimary());

        assertThat(topology.problem()).contains("'standby1' and 'standby3' take writes on timeline 2");
        assertThat(topology.nodes().get(1).standing()).isEqualTo(Standing.FENCED);
        assertThat(topology.nodes().get(3).standing()).isEqualTo(Standing.FENCED);
        assertThat(topology.nodes().get(2).position())
                .as("of a follower of either")
                .isNull();

        cluster.standbys().get(2).kill();
        Topology later = monitored.await("one is silent", t -> t.nodes().get(3).standing() == Standing.SILENT);
        assertThat(later.hasPrimary())
                .as("it may still take the writes of others")
                .isFalse();
    }
}

package dev.sluice.replica.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.Role;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Invariants 9 and 12: writes follow the primary, are neither lost nor repeated, and reach no fenced node. */
class FailoverTest {

    private static final Logger LOG = LoggerFactory.getLogger(FailoverTest.class);

    private final Fleet fleet = new Fleet(InsertLoad.TABLE, InsertLoad.DEFINITION);
    private final Sluice app = fleet.connect(settings -> settings);
    private final InsertLoad load = new InsertLoad(app);

    @AfterEach
    void close() {
        app.closeGracefully().block(Fleet.PATIENCE);
        fleet.close();
    }

    @Test
    void writesFollowThePrimaryWithoutLossOrRepetitionAndReachNoOldOne() {
        fleet.commitByQuorum();
        CompletableFuture<Void> running = load.start();
        awaitAcknowledged(500);

        fleet.primary().kill();
        ClusterNode next = fleet.promoteMostAdvanced();
        long promoted = System.nanoTime();
        Await.until(Fleet.PATIENCE, () -> load.lastAcknowledgedAt() > promoted, "writes flow again");
        Duration outage = Duration.ofNanos(load.lastAcknowledgedAt() - promoted);

        awaitAcknowledged(load.acknowledged().size() + 500);
        fleet.primary().start();
        Set<Long> onOld = idsOn(fleet.primary());
        awaitAcknowledged(load.acknowledged().size() + 500);
        load.stop();
        running.join();

        List<Long> rows = rowsOn(next);
        LOG.info(
                "failover: {} acknowledged, {} unknown, {} failed, {} ms from promotion to the first write",
                load.acknowledged().size(),
                load.unknown().size(),
                load.failed().size(),
                outage.toMillis());
        assertThat(rows).as("nothing is written twice").doesNotHaveDuplicates();
        assertThat(rows).as("nothing acknowledged is lost").containsAll(load.acknowledged());
        Set<Long> explained = new TreeSet<>(load.acknowledged());
        explained.addAll(load.unknown());
        assertThat(explained).as("nothing is there that was reported as failed").containsAll(rows);
        assertThat(load.failed().values()).allMatch(FailoverTest::isDocumented);
        assertThat(idsOn(fleet.primary())).as("the old primary got no write").isEqualTo(onOld);
        assertThat(outage).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void withTwoWritableNodesOnOneTimelineNothingIsWritten() {
        CompletableFuture<Void> running = load.start();
        awaitAcknowledged(100);

        fleet.primary().kill();
        ClusterNode one = fleet.standbys().get(0);
        ClusterNode other = fleet.standbys().get(1);
        one.promote();
        other.promote();
        Await.until(
                Fleet.PATIENCE,
                () -> ((R2dbcSluice) app)
                                .statuses().stream()
                                        .filter(node -> node.state() == State.FENCED)
                                        .count()
                        == 2,
                "both are fenced");
        load.calls().awaitEndOfCurrent();
        Set<Long> onOne = idsOn(one);
        Set<Long> onOther = idsOn(other);
        awaitFailed(load.failed().size() + 50);
        load.stop();
        running.join();

        assertThat(idsOn(one)).isEqualTo(onOne);
        assertThat(idsOn(other)).isEqualTo(onOther);
    }

    private void awaitAcknowledged(int count) {
        Await.until(Fleet.PATIENCE, () -> load.acknowledged().size() >= count, count + " writes");
    }

    private void awaitFailed(int count) {
        Await.until(Fleet.PATIENCE, () -> load.failed().size() >= count, count + " refusals");
    }

    private static boolean isDocumented(Throwable error) {
        return error instanceof R2dbcException
                || error instanceof DeadlineExceededException
                || error instanceof AdmissionRejectedException;
    }

    private Set<Long> idsOn(ClusterNode node) {
        return new TreeSet<>(rowsOn(node));
    }

    private List<Long> rowsOn(ClusterNode node) {
        return fleet.database().on(node).rows(Role.SUPERUSER, "select id from entries").stream()
                .map(row -> (Long) row.get(0))
                .toList();
    }
}

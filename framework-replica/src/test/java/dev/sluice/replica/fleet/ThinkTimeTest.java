package dev.sluice.replica.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.RoutingSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.replica.fleet.ThinkingSessions.Shares;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions that think 50 ms after each call, of which one in twenty writes: how many reads the standbys serve by default, and
 * what becomes of them when one is stopped and comes back. Shares are of calls, not of time, so a slow machine only makes it last
 * longer.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ThinkTimeTest {

    private static final Logger LOG = LoggerFactory.getLogger(ThinkTimeTest.class);
    private static final int READS = 1_500;
    private static final int PERIODS = 3;
    private static final int DISTURBED = 1;
    private static final Duration STOPPED = Duration.ofMillis(50);

    private Fleet fleet;
    private Sluice app;
    private ThinkingSessions sessions;

    @BeforeAll
    void startServers() {
        fleet = new Fleet(ThinkingSessions.TABLE, ThinkingSessions.DEFINITION);
    }

    @AfterAll
    void stopServers() {
        fleet.close();
    }

    @AfterEach
    void close() {
        fleet.standbys().forEach(ClusterNode::resumeReplay);
        sessions.close();
        app.closeGracefully().block(Fleet.PATIENCE);
    }

    private void open(RoutingSettings routing) {
        sessions = new ThinkingSessions();
        SluiceSettings settings =
                fleet.settings(routing).routeObserver(sessions).build();
        app = Objects.requireNonNull(Sluice.connect(settings).block(Fleet.PATIENCE));
        sessions.start(app);
    }

    @Test
    void standbysServeNineOfTenReadsEvenlyAndNoneFailsWhenOneStopsAndReturns() {
        open(RoutingSettings.DEFAULT);
        for (int i = 0; i < PERIODS; i++) {
            assertThat(nextIsWellSpread()).as("period %d", i).isTrue();
        }
        assertThat(sessions.failures()).isEmpty();

        ClusterNode stopped = fleet.standbys().get(0);
        int inFlight = ThinkingSessions.COUNT;
        stopped.stop();
        long noticed =
                System.nanoTime() + RoutingSettings.DEFAULT.probeInterval().toNanos();
        Await.until(Fleet.PATIENCE, () -> state() == State.DOWN, "it is missed");
        sessions.calls().awaitEndOfCurrent();
        Shares without = sessions.next(READS / 3);
        assertThat(without.of(stopped.name())).isZero();
        assertThat(sessions.failuresAfter(noticed)).isEmpty();
        assertThat(sessions.failures()).hasSizeLessThanOrEqualTo(inFlight);

        stopped.start();
        Await.until(Fleet.PATIENCE, () -> state() == State.RAMPING, "it is back");
        assertThat(sessions.next(200).part(stopped.name())).as("at first").isBetween(0.0, 0.35);
        Await.until(Fleet.PATIENCE, () -> sessions.next(200).part(stopped.name()) > 0.35, "its share grows");
        LOG.info("reads at the end: {}", sessions.next(READS / 3).byNode());
        assertThat(sessions.failuresAfter(noticed)).isEmpty();
    }

    // A call that the machine has stopped is in flight on its node, which gets few others meanwhile, as it should.
    private boolean nextIsWellSpread() {
        boolean spread = isWellSpread(sessions.next(READS));
        for (int more = 0; more < DISTURBED && !spread && sessions.longestCall().compareTo(STOPPED) > 0; more++) {
            spread = isWellSpread(sessions.next(READS));
        }
        return spread;
    }

    @Test
    void readsThatGoToThePrimaryAreCaught() {
        RoutingSettings defaults = RoutingSettings.DEFAULT;
        open(new RoutingSettings(
                ReadConsistency.primary(),
                defaults.maxLag(),
                defaults.maxLagBytes(),
                defaults.whenNone(),
                defaults.primaryReads(),
                defaults.probeInterval(),
                defaults.catchUpWait(),
                defaults.failoverWait()));

        for (int i = 0; i < PERIODS; i++) {
            assertThat(isWellSpread(sessions.next(READS / 3))).isFalse();
        }
    }

    @Test
    void oneStandbyThatServesMoreThanItsShareIsCaught() {
        fleet.standbys().get(1).pauseReplay();
        open(RoutingSettings.DEFAULT);
        sessions.next(READS);

        for (int i = 0; i < PERIODS; i++) {
            assertThat(isWellSpread(sessions.next(READS / 3))).isFalse();
        }
    }

    private State state() {
        return ((R2dbcSluice) app).statuses().get(1).state();
    }

    private static boolean isWellSpread(Shares reads) {
        LOG.info("reads: {}", reads.byNode());
        double one = reads.of("standby1");
        double other = reads.of("standby2");
        double mean = (one + other) / 2;
        return one + other >= 0.9 * reads.all() && Math.abs(one - other) <= 0.2 * mean;
    }
}

package dev.sluice.replica.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.RoutingSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.replica.BrokenRouting;
import dev.sluice.replica.BrokenRouting.AnyReplica;
import dev.sluice.replica.BrokenRouting.OwnSnapshot;
import dev.sluice.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The negative controls of {@link ConsistencyTest}. No node is lost in them: one cluster does for all. */
class ConsistencyControlsTest {

    private static final Logger LOG = LoggerFactory.getLogger(ConsistencyControlsTest.class);
    private static final int OPERATIONS = 3_000;
    private static final Duration BEHIND = Duration.ofMillis(500);

    private static Fleet fleet;

    private final long seed = Long.getLong("sluice.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Sluice> apps = new ArrayList<>();

    @BeforeAll
    static void start() {
        fleet = new Fleet(ConsistencyRun.TABLE, ConsistencyRun.DEFINITION);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @AfterEach
    void heal() {
        apps.forEach(app -> app.closeGracefully().block(Fleet.PATIENCE));
        fleet.standbys().forEach(standby -> standby.delayReplay(Duration.ZERO));
        fleet.awaitReplay();
    }

    @Test
    void aTokenThatIsIgnoredIsCaught() {
        fleet.standbys().get(0).delayReplay(BEHIND);
        ConsistencyRun run = run(null, ConsistencyRun.READ, session -> SessionPosition.none());
        assertCaught(run, "token ignored");
    }

    /** One is behind, and the other is not: faults that come by chance have both behind at once, and show nothing then. */
    @Test
    void anyReplicaInsteadOfThisOneIsCaught() {
        fleet.standbys().get(0).delayReplay(BEHIND);
        ConsistencyRun run = run(AnyReplica.class, ConsistencyRun.READ, ConsistencyRun::carried);
        assertCaught(run, "any replica");
    }

    /** Each write is replayed after a read's snapshot, and before its position is asked for. */
    @Test
    void aCheckInsideTheReadsOwnSnapshotIsCaught() {
        fleet.standbys().forEach(standby -> standby.delayReplay(Duration.ofMillis(25)));
        ConsistencyRun run = run(OwnSnapshot.class, ConsistencyRun.SLOW_READ, ConsistencyRun::carried);
        assertCaught(run, "own snapshot");
    }

    private void assertCaught(ConsistencyRun run, String variant) {
        CompletableFuture<Void> load = run.operations(OPERATIONS, random).toFuture();
        Await.until(Fleet.PATIENCE, load::isDone, "all sessions are done");

        LOG.info("{}, seed {}: {}", variant, seed, run.findings());
        assertThat(run.findings().stale().get() + run.findings().backward().get())
                .isPositive();
    }

    private ConsistencyRun run(
            @Nullable Class<? extends BrokenRouting> broken, String read, UnaryOperator<SessionPosition> token) {
        return new ConsistencyRun(List.of(connect(broken), connect(broken)), 10, read, token);
    }

    private Sluice connect(@Nullable Class<? extends BrokenRouting> broken) {
        SluiceSettings settings = fleet.settings(RoutingSettings.DEFAULT)
                .declared(List.of("hold"))
                .build();
        Sluice app = broken == null
                ? Objects.requireNonNull(Sluice.connect(settings).block(Fleet.PATIENCE))
                : BrokenRouting.connect(broken, settings, Fleet.PATIENCE);
        apps.add(app);
        return app;
    }
}

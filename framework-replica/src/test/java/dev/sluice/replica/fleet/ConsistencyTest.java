package dev.sluice.replica.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.RoutingSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.consistency.RouteObserver;
import dev.sluice.replica.fleet.Observer.Findings;
import dev.sluice.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Invariant 8: a session never reads older than it has written or read, whatever the standbys do. */
class ConsistencyTest {

    private static final Logger LOG = LoggerFactory.getLogger(ConsistencyTest.class);
    private static final int FAULTS = 60;

    private final long seed = Long.getLong("sluice.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final AtomicLong byReplica = new AtomicLong();
    private final AtomicLong byPrimary = new AtomicLong();
    private final AtomicLong unshown = new AtomicLong();
    private final List<Sluice> apps = new ArrayList<>();
    private final Fleet fleet = new Fleet(ConsistencyRun.TABLE, ConsistencyRun.DEFINITION);

    @AfterEach
    void close() {
        apps.forEach(app -> app.closeGracefully().block(Fleet.PATIENCE));
        fleet.close();
    }

    @Test
    void noSessionReadsOlderThanItHasSeenThroughPausesDelaysAndAFailover() {
        staysConsistentThrough(10_000);
    }

    @Test
    @Tag("long")
    void noSessionReadsOlderThanItHasSeenIn100000Calls() {
        staysConsistentThrough(100_000);
    }

    private void staysConsistentThrough(int operations) {
        fleet.commitByQuorum();
        ConsistencyRun run =
                new ConsistencyRun(List.of(connect(), connect()), 10, ConsistencyRun.READ, ConsistencyRun::carried);

        CompletableFuture<Void> load = run.operations(operations, random).toFuture();
        faults(run).until(operations / 2, operations / FAULTS);
        failOver();
        Await.until(Duration.ofMinutes(20), load::isDone, "all sessions are done");

        Findings findings = run.findings();
        LOG.info(
                "consistency, seed {}: {}, {} calls by replicas, {} by the primary, {} before it showed all",
                seed,
                findings,
                byReplica,
                byPrimary,
                unshown);
        assertThat(findings.stale()).hasValue(0);
        assertThat(findings.backward()).hasValue(0);
        assertThat(findings.operations()).isGreaterThanOrEqualTo(operations - 32);
        assertThat(byReplica.get()).isGreaterThan(findings.reads().get() / 10);
    }

    private Sluice connect() {
        RouteObserver counting = new RouteObserver() {
            @Override
            public void routed(String node, boolean replica, Reason reason) {
                (replica ? byReplica : byPrimary).incrementAndGet();
            }

            @Override
            public void unshown(String node) {
                unshown.incrementAndGet();
            }
        };
        SluiceSettings settings = fleet.settings(RoutingSettings.DEFAULT)
                .declared(List.of("hold"))
                .routeObserver(counting)
                .build();
        Sluice app = Objects.requireNonNull(Sluice.connect(settings).block(Fleet.PATIENCE));
        apps.add(app);
        return app;
    }

    private ReplayFaults faults(ConsistencyRun run) {
        return new ReplayFaults(fleet.standbys(), random, () -> run.findings().operations());
    }

    private void failOver() {
        fleet.primary().kill();
        fleet.promoteMostAdvanced();
    }
}

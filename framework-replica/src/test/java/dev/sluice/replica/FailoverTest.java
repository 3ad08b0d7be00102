package dev.sluice.replica;

import static dev.sluice.replica.RoutingFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.RoutingSettings;
import dev.sluice.Sluice;
import dev.sluice.consistency.NoPrimaryException;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writes while the primary dies, another one takes over, and the old one comes back. */
class FailoverTest {

    private static final int LANES = 4;

    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private volatile boolean over;

    @Test
    void writesFollowThePrimaryAndNoneIsLostOrDoneTwice() {
        try (SluiceCluster servers = SluiceCluster.start(ClusterSpec.withStandbys(2))) {
            TestDatabase database = RoutingFixture.createTable(servers);
            // What is acknowledged is on both standbys, so that no promotion loses any of it.
            SynchronousCommits.waitFor("2 (standby1, standby2)", servers.primary(), database);
            ClusterNode promoted = servers.standbys().get(0);
            try (RoutingFixture routing = new RoutingFixture(servers, database, RoutingSettings.DEFAULT)) {
                Disposable writers = Flux.range(1, LANES)
                        .flatMap(lane -> write(routing, lane), LANES)
                        .subscribe(done -> {}, failures::add);
                awaitWrites(200);
                Sluice sluice =
                        Objects.requireNonNull(Sluice.connect(routing.settings).block(PATIENCE));
                assertThat(serverOf(sluice)).isEqualTo(servers.primary().port());

                servers.primary().kill();
                promoted.promote();
                awaitWrites(100);
                // The door across tenants follows the primary, too.
                assertThat(serverOf(sluice)).isEqualTo(promoted.port());
                sluice.closeGracefully().block(PATIENCE);

                servers.primary().start();
                Await.until(
                        PATIENCE,
                        () -> routing.cluster.statuses().get(0).state() == State.FENCED,
                        "the old primary is fenced");
                awaitWrites(100);
                over = true;
                Await.until(PATIENCE, writers::isDisposed, "the writers end");

                assertThat(failures).isEmpty();
                long written = database.on(promoted)
                        .value(Role.SUPERUSER, Long.class, "select sum(value)::bigint from counters");
                assertThat(written).isBetween((long) acknowledged.get(), (long) acknowledged.get() + unknown.get());
                // One for each connection that was lost: a lane may meet a second one before its loss is seen.
                assertThat(unknown.get())
                        .isLessThanOrEqualTo(routing.settings.pool().max());
            }
        }
    }

    private static Integer serverOf(Sluice sluice) {
        return sluice.acrossTenants("test")
                .query("select inet_server_port()", Map.of(), row -> row.get(0, Integer.class))
                .blockLast(PATIENCE);
    }

    private Mono<Long> write(RoutingFixture routing, int lane) {
        SessionPosition session = SessionPosition.none();
        return Mono.defer(() -> routing.increment(lane, session))
                .doOnNext(done -> acknowledged.incrementAndGet())
                .onErrorResume(this::count)
                .delayElement(Duration.ofMillis(5))
                .repeat(() -> !over)
                .last();
    }

    // What was in flight when the primary died: not answered, or told that the server ends.
    private Mono<Long> count(Throwable error) {
        if (error instanceof R2dbcException lost && Set.of("08007", "57P01").contains(lost.getSqlState())) {
            unknown.incrementAndGet();
        } else {
            failures.add(error);
        }
        return Mono.just(0L);
    }

    private void awaitWrites(int more) {
        int wanted = acknowledged.get() + more;
        Await.until(PATIENCE, () -> acknowledged.get() >= wanted, more + " more writes, but " + failures);
    }

    @Test
    void nothingIsWrittenWhileTwoNodesOfOneTimelineTakeWrites() {
        try (SluiceCluster servers = SluiceCluster.start(ClusterSpec.withStandbys(2))) {
            TestDatabase database = RoutingFixture.createTable(servers);
            try (RoutingFixture routing = new RoutingFixture(servers, database, RoutingSettings.DEFAULT)) {
                routing.increment(1, null).block(PATIENCE);
                servers.primary().stop();
                servers.standbys().forEach(ClusterNode::promote);
                Await.until(
                        PATIENCE,
                        () -> routing.cluster.statuses().stream()
                                        .filter(node -> node.state() == State.FENCED)
                                        .count()
                                == 2,
                        "both are fenced");

                assertThatThrownBy(() -> routing.increment(1, null).block(PATIENCE))
                        .isInstanceOf(NoPrimaryException.class)
                        .hasMessageContaining("nothing was written");
                for (ClusterNode standby : servers.standbys()) {
                    assertThat(database.on(standby)
                                    .value(Role.SUPERUSER, Long.class, "select value from counters where id = 1"))
                            .isEqualTo(1);
                }
            }
        }
    }
}

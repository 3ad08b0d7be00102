package dev.sluice.replica;

import static dev.sluice.replica.RoutingFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Isolation;
import dev.sluice.ReplicaSettings;
import dev.sluice.ReplicaSettings.ReplicaNode;
import dev.sluice.RoutingSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.consistency.NoPrimaryException;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.cluster.NodeFactory;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.replica.topology.NodeView.Standing;
import dev.sluice.replica.topology.Topology;
import dev.sluice.replica.topology.TopologyMonitor;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Writes that reach a server which has become a standby since it was last probed: the server itself refuses them (25006). The
 * monitor's news are held back until a call complains, so that they always get there.
 */
class DemotionTest {

    private final SluiceCluster servers = SluiceCluster.start(ClusterSpec.withStandbys(1));
    private final TestDatabase database = servers.createDatabase();
    private final ClusterNode one = servers.primary();
    private final ClusterNode two = servers.standbys().get(0);
    private LateMonitor monitor;
    private RoutedCluster cluster;

    @BeforeEach
    void createTable() {
        // Without a key: a row that is written twice is there twice.
        database.execute(Role.OWNER, "create table entries (id int not null)");
        two.awaitReplayOf(one);
    }

    @AfterEach
    void close() {
        if (cluster != null) {
            cluster.closeGracefully().block(PATIENCE);
        }
        servers.close();
    }

    private void open(UnaryOperator<Leases> pools, Duration failoverWait) {
        RoutingSettings defaults = RoutingSettings.DEFAULT;
        RoutingSettings routing = new RoutingSettings(
                defaults.defaultConsistency(),
                defaults.maxLag(),
                defaults.maxLagBytes(),
                defaults.whenNone(),
                defaults.primaryReads(),
                defaults.probeInterval(),
                defaults.catchUpWait(),
                failoverWait);
        String other = database.on(two).url();
        SluiceSettings settings = database.settings()
                .isolation(Isolation.PREDICATE)
                .replicas(new ReplicaSettings(routing, Map.of("two", new ReplicaNode(other, null))))
                .build();
        NodeFactory nodes = new NodeFactory(settings, new FixedLimits(settings.admission()));
        List<Node> opened = List.of(
                open(nodes, "one", settings.url(), settings, pools), open(nodes, "two", other, settings, pools));
        monitor = new LateMonitor(TopologyMonitor.open(settings));
        cluster = RoutedCluster.of(opened, monitor, settings, System::nanoTime);
        cluster.start().block(PATIENCE);
        Await.until(PATIENCE, () -> monitor.current().primaryAnswers(), "the primary is known");
    }

    private static Node open(
            NodeFactory nodes, String name, String url, SluiceSettings settings, UnaryOperator<Leases> pools) {
        Node node = nodes.open(name, url, settings.app(), settings.pool());
        return new Node(name, node.admission(), pools.apply(node.leases()));
    }

    @Test
    void whatADemotedServerRefusesIsSentOnceToTheNextPrimary() {
        open(pool -> pool, PATIENCE);
        insert(1).block(PATIENCE);

        switchOver(one, two);
        insert(2).block(PATIENCE);
        assertThat(monitor.troubles).satisfiesExactly(error -> isOfTheServer(error, "25006"));
        assertThat(rows(two)).containsExactly(1, 2);

        monitor.troubles.clear();
        switchOver(two, one);
        inTransaction(3);
        assertThat(monitor.troubles).satisfiesExactly(error -> isOfTheServer(error, "0A000"));
        assertThat(rows(one)).containsExactly(1, 2, 3);
    }

    @Test
    void whatNobodyTakesIsReportedAndNotWritten() {
        open(pool -> pool, Duration.ofSeconds(2));
        monitor.holdBack();
        one.becomeStandbyOf(two);
        one.restart();
        Await.until(PATIENCE, monitor::knowsThatNobodyWrites, "the probes know");

        assertThatThrownBy(() -> insert(1).block(PATIENCE))
                .isInstanceOf(NoPrimaryException.class)
                .hasMessageContaining("nothing was written")
                .cause()
                .satisfies(error -> isOfTheServer(error, "25006"));

        two.promote();
        Await.until(PATIENCE, () -> monitor.current().primaryAnswers(), "there is a primary");
        insert(2).block(PATIENCE);
        assertThat(rows(two)).containsExactly(2);
    }

    /** What these tests are worth: the same with a server's refusal that is none. */
    @Test
    void aNodeThatRefusesWhatItHasDoneIsCaught() {
        AtomicBoolean lies = new AtomicBoolean(true);
        open(
                pool -> new LyingLeases(pool, new LyingLeases.Lie() {
                    @Override
                    public Mono<Long> updated(Mono<Long> answer) {
                        return answer.flatMap(done -> lies.getAndSet(false)
                                ? Mono.error(new R2dbcTransientResourceException("not done, it says", "25006"))
                                : Mono.just(done));
                    }
                }),
                PATIENCE);

        insert(1).block(PATIENCE);

        assertThat(rows(one)).containsExactly(1, 1);
    }

    private void switchOver(ClusterNode from, ClusterNode to) {
        monitor.holdBack();
        from.becomeStandbyOf(to);
        from.stop();
        to.promote();
        from.start();
        Await.until(
                PATIENCE,
                () -> monitor.knows(to.port() == one.port() ? 0 : 1),
                "the probes know that " + to + " has taken over");
    }

    private static void isOfTheServer(Throwable error, String state) {
        assertThat(error)
                .isInstanceOfSatisfying(R2dbcException.class, refusal -> assertThat(refusal.getSqlState())
                        .isEqualTo(state))
                .isNotInstanceOf(NotPrimaryException.class);
    }

    private Mono<Long> insert(int id) {
        return Mono.defer(() ->
                cluster.leases().use(RoutingFixture.request(true, null), session -> session.rowsUpdated(entry(id))));
    }

    private void inTransaction(int id) {
        Lease lease = Objects.requireNonNull(
                cluster.leases().acquire(RoutingFixture.request(true, null)).block(PATIENCE));
        lease.session().rowsUpdated(entry(id).beginning("BEGIN READ WRITE")).block(PATIENCE);
        lease.session().command("COMMIT").block(PATIENCE);
        lease.release().block(PATIENCE);
    }

    private static Group entry(int id) {
        return Group.of("insert", "insert into entries values (" + id + ")");
    }

    private List<Integer> rows(ClusterNode node) {
        return database.on(node).rows(Role.SUPERUSER, "select id from entries order by id").stream()
                .map(row -> (Integer) row.get(0))
                .toList();
    }

    /** Says what it knew when it was told to hold back, until a call complains. */
    private static final class LateMonitor extends DelegatingMonitor {

        private final TopologyMonitor honest;
        private final List<Throwable> troubles = new CopyOnWriteArrayList<>();
        private volatile Topology held;

        LateMonitor(TopologyMonitor honest) {
            super(honest);
            this.honest = honest;
        }

        void holdBack() {
            held = honest.current();
        }

        boolean knows(int primary) {
            Topology now = honest.current();
            return now.primaryAnswers()
                    && now.primary() == primary
                    && now.nodes().get(1 - primary).standing() == Standing.MEMBER;
        }

        boolean knowsThatNobodyWrites() {
            Topology now = honest.current();
            return !now.hasPrimary() && now.nodes().stream().allMatch(node -> node.standing() == Standing.MEMBER);
        }

        @Override
        public Topology current() {
            Topology old = held;
            return old == null ? honest.current() : old;
        }

        @Override
        public void trouble(int node, Throwable error) {
            troubles.add(error);
            held = null;
            super.trouble(node, error);
        }
    }
}

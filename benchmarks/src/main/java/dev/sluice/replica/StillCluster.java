package dev.sluice.replica;

import dev.sluice.Credentials;
import dev.sluice.SluiceSettings;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.admission.FairAdmission;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.TransactionSnapshot;
import dev.sluice.replica.topology.NodeView;
import dev.sluice.replica.topology.NodeView.Standing;
import dev.sluice.replica.topology.Topology;
import dev.sluice.replica.topology.TopologyMonitor;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;

/**
 * A primary and two replicas that answer at once and never change. It is in the package of {@code framework-replica}, because {@code
 * RoutedCluster} is not public there, and only a benchmark asks for it.
 */
public final class StillCluster {

    private static final Position POSITION = new Position(1, new Lsn(1 << 20));
    private static final List<String> NAMES = List.of("primary", "r1", "r2");

    private StillCluster() {}

    /**
     * Makes the routed leases.
     *
     * @param node the connections of each node
     * @param admission what no call asks here
     * @return the leases under measurement
     */
    public static Leases over(Leases node, FairAdmission admission) {
        SluiceSettings settings = SluiceSettings.builder(
                        "r2dbc:postgresql://localhost:1/app", new Credentials("app", ""))
                .build();
        List<Node> nodes =
                NAMES.stream().map(name -> new Node(name, admission, node)).toList();
        return RoutedCluster.of(nodes, new StillMonitor(), settings, System::nanoTime)
                .leases();
    }

    /** @return a session that has seen what all nodes have */
    public static SessionPosition session() {
        return SessionPosition.at(POSITION);
    }

    private static NodeView view(int node) {
        Role role = node == 0 ? Role.PRIMARY : Role.STANDBY;
        return new NodeView(NAMES.get(node), role, Standing.MEMBER, "", POSITION, 0, Duration.ZERO, 0, Duration.ZERO);
    }

    /** Knows the same for ever. */
    private static final class StillMonitor implements TopologyMonitor {

        private final Topology topology = new Topology(
                IntStream.range(0, NAMES.size()).mapToObj(StillCluster::view).toList(), 0, 1, null);
        private volatile Position position = POSITION;

        @Override
        public Topology current() {
            return topology;
        }

        @Override
        public Position position(int node) {
            return position;
        }

        @Override
        public void seen(int node, Position seen) {
            if (seen.compareTo(position) > 0) {
                position = seen;
            }
        }

        @Override
        public OptionalLong systemIdentifier() {
            return OptionalLong.empty();
        }

        @Override
        public Mono<Void> start() {
            return Mono.empty();
        }

        @Override
        public Mono<Topology> await(Predicate<Topology> wanted, Duration most) {
            return Mono.just(topology);
        }

        @Override
        public void listen(Consumer<Topology> listener) {}

        @Override
        public void trouble(int node, Throwable error) {}

        @Override
        public Mono<Boolean> awaitPosition(int node, Position wanted, Duration most) {
            return Mono.just(true);
        }

        @Override
        public boolean isShown(int timeline, long horizon) {
            return true;
        }

        @Override
        public void shown(int timeline, TransactionSnapshot shown) {}

        @Override
        public Mono<Boolean> awaitShown(Position seen, long horizon, Duration most) {
            return Mono.just(true);
        }

        @Override
        public Mono<Void> close() {
            return Mono.empty();
        }
    }
}

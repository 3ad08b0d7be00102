package dev.sluice.replica;

import dev.sluice.Credentials;
import dev.sluice.PoolSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.cluster.Cluster;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.cluster.NodeFactory;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.replica.selection.Selector;
import dev.sluice.replica.topology.TopologyMonitor;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Several nodes, of which one is the primary at most. */
final class RoutedCluster implements Cluster {

    private final List<Node> nodes;
    private final List<RoutedNode> routed;
    private final TopologyMonitor monitor;
    private final Causality causality;
    private final Routing routing;
    private final Selector selector;
    private final Leases leases;

    private RoutedCluster(
            List<Node> nodes, List<RoutedNode> routed, TopologyMonitor monitor, Causality causality, Routing routing) {
        this.nodes = List.copyOf(nodes);
        this.routed = routed;
        this.monitor = monitor;
        this.causality = causality;
        this.routing = routing;
        this.selector = routing.selector(routed);
        this.leases = routing.leases(routed, selector);
    }

    /**
     * Makes a cluster.
     *
     * @param nodes the nodes, in the order of the monitor
     * @param monitor what is known of them
     * @param settings how calls are spread
     * @param nanoTime the monitor's clock
     */
    static RoutedCluster of(List<Node> nodes, TopologyMonitor monitor, SluiceSettings settings, LongSupplier nanoTime) {
        Causality causality = new Causality(monitor);
        Routing routing = new Routing(monitor, causality, settings, nanoTime);
        return new RoutedCluster(
                nodes, routing.nodes(nodes.stream().map(Node::leases).toList()), monitor, causality, routing);
    }

    @Override
    public Leases leases() {
        return leases;
    }

    @Override
    public List<Node> nodes() {
        return nodes;
    }

    @Override
    public List<NodeStatus> statuses() {
        return Statuses.of(monitor.current(), routed, selector);
    }

    @Override
    public OptionalLong systemIdentifier() {
        return monitor.systemIdentifier();
    }

    @Override
    public SessionPosition newSession() {
        return causality.begin();
    }

    @Override
    public Node openForPrimary(
            String name, Credentials login, PoolSettings pool, SluiceSettings settings, NodeFactory factory) {
        List<String> urls = new ArrayList<>(List.of(settings.url()));
        settings.replicas().nodes().values().forEach(node -> urls.add(node.url()));
        return factory.openTogether(name, urls, login, pool, all -> {
            List<RoutedNode> pools = routing.nodes(all);
            monitor.listen(new NodeChanges(pools, monitor.current()));
            return routing.leases(pools, routing.selector(pools));
        });
    }

    // What is known at the start is no change.
    @Override
    public Mono<Void> start() {
        return monitor.start().then(Mono.fromRunnable(() -> {
            monitor.listen(new NodeChanges(routed, monitor.current()));
            monitor.listen(causality::changed);
        }));
    }

    @Override
    public Mono<Void> closeGracefully() {
        Mono<Void> closed =
                Mono.whenDelayError(nodes.stream().map(Node::closeGracefully).toList());
        return Flux.concatDelayError(closed, monitor.close()).then();
    }
}

package dev.sluice.replica;

import dev.sluice.RoutingSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.cluster.Cluster;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.replica.selection.Candidate;
import dev.sluice.replica.selection.Selector;
import dev.sluice.replica.topology.TopologyMonitor;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;

/** Several nodes, of which one is the primary at most. */
final class RoutedCluster implements Cluster {

    private final List<Node> nodes;
    private final List<RoutedNode> routed;
    private final TopologyMonitor monitor;
    private final Selector selector;
    private final Causality causality;
    private final Leases leases;

    RoutedCluster(
            List<Node> nodes,
            List<RoutedNode> routed,
            TopologyMonitor monitor,
            Selector selector,
            Causality causality,
            Leases leases) {
        this.nodes = List.copyOf(nodes);
        this.routed = List.copyOf(routed);
        this.monitor = monitor;
        this.selector = selector;
        this.causality = causality;
        this.leases = leases;
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
        RoutingSettings routing = settings.replicas().routing();
        List<RoutedNode> routed = IntStream.range(0, nodes.size())
                .mapToObj(i -> new RoutedNode(
                        i, nodes.get(i).leases(), new Candidate(nodes.get(i).name(), nanoTime)))
                .toList();
        Selector selector = new Selector(
                monitor,
                routed.stream().map(RoutedNode::candidate).toList(),
                routing,
                nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
        Failover failover = new Failover(
                monitor, settings.admission().maxWaiting(), routing.failoverWait(), routing.probeInterval(), nanoTime);
        Causality causality = new Causality(monitor);
        Routes routes = new Routes(routed, selector, causality, new Fence(monitor), failover, settings.routeObserver());
        Reads reads = new Reads(routes, monitor, routing.catchUpWait());
        Writes writes = new Writes(routes);
        Leases leases = new RoutedLeases(routed, reads, writes, new TransactionRoutes(routes, reads, writes));
        return new RoutedCluster(nodes, routed, monitor, selector, causality, leases);
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
        return leases.closeGracefully()
                .onErrorComplete()
                .then(monitor.close())
                .doFinally(end -> nodes.forEach(node -> node.admission().close()));
    }
}

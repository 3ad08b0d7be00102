package dev.sluice.replica;

import dev.sluice.RoutingSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.replica.selection.Candidate;
import dev.sluice.replica.selection.Selector;
import dev.sluice.replica.topology.NodeView;
import dev.sluice.replica.topology.TopologyMonitor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Puts the parts of the routing together, over the pools of the nodes or over others beside them. */
final class Routing {

    /** For the primary to show what a standby has shown: most that was seen was 43 ms, on a machine with twice its load. */
    private static final Duration LEAST_WAIT = Duration.ofMillis(250);

    private final TopologyMonitor monitor;
    private final Causality causality;
    private final SluiceSettings settings;
    private final RoutingSettings routing;
    private final LongSupplier nanoTime;

    Routing(TopologyMonitor monitor, Causality causality, SluiceSettings settings, LongSupplier nanoTime) {
        this.monitor = monitor;
        this.causality = causality;
        this.settings = settings;
        this.routing = settings.replicas().routing();
        this.nanoTime = nanoTime;
    }

    /** @return one node for each pool, in the order of the monitor */
    List<RoutedNode> nodes(List<Leases> pools) {
        List<NodeView> known = monitor.current().nodes();
        return IntStream.range(0, pools.size())
                .mapToObj(i -> new RoutedNode(
                        i, pools.get(i), new Candidate(known.get(i).name(), nanoTime)))
                .toList();
    }

    Selector selector(List<RoutedNode> nodes) {
        return new Selector(
                monitor,
                nodes.stream().map(RoutedNode::candidate).toList(),
                routing,
                nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    private Horizon horizon() {
        Duration wait = routing.catchUpWait();
        return new Horizon(monitor, settings.routeObserver(), wait.compareTo(LEAST_WAIT) > 0 ? wait : LEAST_WAIT);
    }

    Leases leases(List<RoutedNode> nodes, Selector selector) {
        Failover failover = new Failover(
                monitor, settings.admission().maxWaiting(), routing.failoverWait(), routing.probeInterval(), nanoTime);
        Routes routes = new Routes(
                nodes, selector, causality, new Fence(monitor), failover, settings.routeObserver(), horizon());
        Reads reads = new Reads(routes, monitor, routing.catchUpWait());
        Writes writes = new Writes(routes);
        return new RoutedLeases(nodes, reads, writes, new TransactionRoutes(routes, reads, writes));
    }
}

package dev.sluice.spring.observation;

import dev.sluice.consistency.RouteObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts where calls go. A counter is registered with its first call; later ones look it up. */
final class RouteMeters implements RouteObserver {

    private final MeterRegistry registry;
    private final Map<Route, Counter> routed = new ConcurrentHashMap<>();

    RouteMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void routed(String node, boolean replica, Reason reason) {
        routed.computeIfAbsent(new Route(node, replica, reason), this::counter).increment();
    }

    @Override
    public void unshown(String node) {
        SluiceMeter.ROUTE_UNSHOWN.counter(registry, node).increment();
    }

    private Counter counter(Route of) {
        return SluiceMeter.ROUTE.counter(
                registry,
                of.replica ? "replica" : "primary",
                of.node,
                of.reason.name().toLowerCase(Locale.ROOT));
    }

    private record Route(String node, boolean replica, Reason reason) {}
}

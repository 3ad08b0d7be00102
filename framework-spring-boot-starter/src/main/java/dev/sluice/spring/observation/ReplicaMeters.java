package dev.sluice.spring.observation;

import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.cluster.NodeStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Shows where each of several nodes stands, read when somebody looks. With one node there is nothing to show. */
final class ReplicaMeters implements MeterBinder {

    private final R2dbcSluice sluice;

    ReplicaMeters(R2dbcSluice sluice) {
        this.sluice = sluice;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        List<NodeStatus> nodes = sluice.statuses();
        if (nodes.size() < 2) {
            return;
        }
        for (NodeStatus node : nodes) {
            gauge(registry, SluiceMeter.REPLICA_LAG, node.name(), ReplicaMeters::seconds);
            gauge(registry, SluiceMeter.REPLICA_LAG_BYTES, node.name(), ReplicaMeters::bytes);
        }
        SluiceMeter.PRIMARY_AVAILABLE.gauge(registry, sluice, ReplicaMeters::primaryAvailable);
    }

    private void gauge(MeterRegistry registry, SluiceMeter meter, String node, ToDoubleFunction<NodeStatus> value) {
        meter.gauge(registry, sluice, of -> now(of, node, value), node);
    }

    private static double now(R2dbcSluice sluice, String node, ToDoubleFunction<NodeStatus> value) {
        return sluice.statuses().stream()
                .filter(status -> status.name().equals(node))
                .mapToDouble(value)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static double seconds(NodeStatus node) {
        return node.lag() == null ? Double.NaN : node.lag().toNanos() / 1e9;
    }

    private static double bytes(NodeStatus node) {
        return node.lagBytes() < 0 ? Double.NaN : node.lagBytes();
    }

    private static double primaryAvailable(R2dbcSluice sluice) {
        return sluice.statuses().stream().anyMatch(NodeStatus::takesWrites) ? 1 : 0;
    }
}

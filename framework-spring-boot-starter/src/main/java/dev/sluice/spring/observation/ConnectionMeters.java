package dev.sluice.spring.observation;

import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.R2dbcSluice.NodeUse;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToIntFunction;

/** Shows how much of each node is in use, read when somebody looks. */
final class ConnectionMeters implements MeterBinder {

    private final R2dbcSluice sluice;

    ConnectionMeters(R2dbcSluice sluice) {
        this.sluice = sluice;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (NodeUse node : sluice.nodes()) {
            gauge(registry, SluiceMeter.CONNECTIONS_IN_USE, node.name(), NodeUse::inUse);
            gauge(registry, SluiceMeter.CONNECTIONS_LIMIT, node.name(), NodeUse::limit);
            gauge(registry, SluiceMeter.ADMISSION_WAITING, node.name(), NodeUse::waiting);
        }
    }

    private void gauge(MeterRegistry registry, SluiceMeter meter, String node, ToIntFunction<NodeUse> value) {
        Gauge.builder(meter.meterName(), sluice, of -> now(of, node, value))
                .description(meter.description())
                .tag("node", node)
                .register(registry);
    }

    private static double now(R2dbcSluice sluice, String node, ToIntFunction<NodeUse> value) {
        return sluice.nodes().stream()
                .filter(use -> use.name().equals(node))
                .mapToInt(value)
                .findFirst()
                .orElse(0);
    }
}

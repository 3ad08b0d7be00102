package dev.sluice.spring.observation;

import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.R2dbcSluice.NodeUse;
import dev.sluice.r2dbc.session.PoolUse;
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
        sluice.pools().keySet().forEach(node -> {
            pool(registry, SluiceMeter.POOL_ACQUIRED, node, PoolUse::acquired);
            pool(registry, SluiceMeter.POOL_ALLOCATED, node, PoolUse::allocated);
            pool(registry, SluiceMeter.POOL_IDLE, node, PoolUse::idle);
            pool(registry, SluiceMeter.POOL_PENDING, node, PoolUse::pending);
            pool(registry, SluiceMeter.POOL_MAX_ALLOCATED, node, PoolUse::maxAllocated);
            pool(registry, SluiceMeter.POOL_MAX_PENDING, node, PoolUse::maxPending);
        });
    }

    private void gauge(MeterRegistry registry, SluiceMeter meter, String node, ToIntFunction<NodeUse> value) {
        meter.gauge(registry, sluice, of -> now(of, node, value), node);
    }

    private void pool(MeterRegistry registry, SluiceMeter meter, String node, ToIntFunction<PoolUse> value) {
        meter.gauge(
                registry,
                sluice,
                of -> {
                    PoolUse now = of.pools().get(node);
                    return now == null ? Double.NaN : value.applyAsInt(now);
                },
                node);
    }

    private static double now(R2dbcSluice sluice, String node, ToIntFunction<NodeUse> value) {
        return sluice.nodes().stream()
                .filter(use -> use.name().equals(node))
                .mapToInt(value)
                .findFirst()
                .orElse(0);
    }
}

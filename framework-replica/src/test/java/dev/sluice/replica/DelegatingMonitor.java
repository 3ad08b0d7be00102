package dev.sluice.replica;

import dev.sluice.consistency.Position;
import dev.sluice.r2dbc.session.TransactionSnapshot;
import dev.sluice.replica.topology.Topology;
import dev.sluice.replica.topology.TopologyMonitor;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A monitor that says what another one does, for those that change one answer. */
class DelegatingMonitor implements TopologyMonitor {

    private final TopologyMonitor honest;

    DelegatingMonitor(TopologyMonitor honest) {
        this.honest = honest;
    }

    @Override
    public @Nullable Position position(int node) {
        return honest.position(node);
    }

    @Override
    public Topology current() {
        return honest.current();
    }

    @Override
    public OptionalLong systemIdentifier() {
        return honest.systemIdentifier();
    }

    @Override
    public Mono<Void> start() {
        return honest.start();
    }

    @Override
    public Mono<Topology> await(Predicate<Topology> wanted, Duration most) {
        return honest.await(wanted, most);
    }

    @Override
    public void listen(Consumer<Topology> listener) {
        honest.listen(listener);
    }

    @Override
    public void seen(int node, Position position) {
        honest.seen(node, position);
    }

    @Override
    public void trouble(int node, Throwable error) {
        honest.trouble(node, error);
    }

    @Override
    public Mono<Boolean> awaitPosition(int node, Position wanted, Duration most) {
        return honest.awaitPosition(node, wanted, most);
    }

    @Override
    public boolean isShown(int timeline, long horizon) {
        return honest.isShown(timeline, horizon);
    }

    @Override
    public void shown(int timeline, TransactionSnapshot shown) {
        honest.shown(timeline, shown);
    }

    @Override
    public Mono<Boolean> awaitShown(Position seen, long horizon, Duration most) {
        return honest.awaitShown(seen, horizon, most);
    }

    @Override
    public Mono<Void> close() {
        return honest.close();
    }
}

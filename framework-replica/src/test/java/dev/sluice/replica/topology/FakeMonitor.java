package dev.sluice.replica.topology;

import dev.sluice.consistency.Position;
import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.r2dbc.session.TransactionSnapshot;
import dev.sluice.replica.topology.NodeView.Standing;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** A monitor that knows what a test tells it. */
public final class FakeMonitor implements TopologyMonitor {

    private final Scheduler time;
    private final List<Consumer<Topology>> listeners = new CopyOnWriteArrayList<>();
    private final Sinks.Many<Topology> published = Sinks.many().multicast().directBestEffort();
    private final Map<Integer, Position> positions = new HashMap<>();
    public final List<Throwable> troubles = new CopyOnWriteArrayList<>();
    /** What a wait for a position comes to. */
    public boolean reaches;

    private volatile Topology current;

    public FakeMonitor(Topology first, Scheduler time) {
        this.current = first;
        this.time = time;
    }

    public static NodeView primary(String name, Position at) {
        return new NodeView(name, Role.PRIMARY, Standing.MEMBER, "takes writes", at, 0, Duration.ZERO, 0, null);
    }

    public static NodeView standby(String name, Position at) {
        return standby(name, at, Duration.ZERO, 0);
    }

    public static NodeView standby(String name, Position at, @Nullable Duration lag, long bytes) {
        return new NodeView(name, Role.STANDBY, Standing.MEMBER, "streams", at, bytes, lag, 0, null);
    }

    public static NodeView away(String name) {
        return new NodeView(name, Role.UNKNOWN, Standing.SILENT, "does not answer", null, -1, null, 0, null);
    }

    public static NodeView fenced(String name, Position at) {
        return new NodeView(name, Role.PRIMARY, Standing.FENCED, "takes writes, too", at, -1, null, 0, null);
    }

    /** A topology in which the first member that takes writes is the primary. */
    public static Topology of(NodeView... nodes) {
        int primary = -1;
        int timeline = 1;
        for (int i = nodes.length - 1; i >= 0; i--) {
            boolean member = nodes[i].standing() == Standing.MEMBER;
            primary = member && nodes[i].role() == Role.PRIMARY ? i : primary;
            Position position = nodes[i].position();
            timeline = position == null ? timeline : Math.max(timeline, position.timeline());
        }
        return new Topology(List.of(nodes), primary, timeline, primary < 0 ? "no node takes writes" : null);
    }

    public void publish(Topology topology) {
        current = topology;
        listeners.forEach(listener -> listener.accept(topology));
        published.tryEmitNext(topology);
    }

    @Override
    public Topology current() {
        return current;
    }

    @Override
    public OptionalLong systemIdentifier() {
        return OptionalLong.of(1);
    }

    @Override
    public Mono<Void> start() {
        return Mono.empty();
    }

    @Override
    public Mono<Topology> await(Predicate<Topology> wanted, Duration most) {
        return Mono.defer(() -> wanted.test(current)
                ? Mono.just(current)
                : published.asFlux().filter(wanted).next().timeout(most, Mono.empty(), time));
    }

    @Override
    public void listen(Consumer<Topology> listener) {
        listeners.add(listener);
    }

    @Override
    public @Nullable Position position(int node) {
        Position seen = positions.get(node);
        return seen != null ? seen : current.nodes().get(node).position();
    }

    @Override
    public void seen(int node, Position position) {
        positions.put(node, position);
    }

    @Override
    public void trouble(int node, Throwable error) {
        troubles.add(error);
    }

    @Override
    public Mono<Boolean> awaitPosition(int node, Position wanted, Duration most) {
        return Mono.just(reaches);
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

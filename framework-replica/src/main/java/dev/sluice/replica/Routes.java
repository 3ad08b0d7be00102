package dev.sluice.replica;

import dev.sluice.consistency.RouteObserver;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.RouteListener;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.replica.selection.Choice;
import dev.sluice.replica.selection.Choice.Go;
import dev.sluice.replica.selection.Selector;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sends calls to nodes. What reads, writes and transactions have in common. */
final class Routes {

    private final List<RoutedNode> nodes;
    private final Selector selector;
    private final Causality causality;
    private final Fence fence;
    private final Failover failover;
    private final RouteObserver observer;
    private final Horizon horizon;

    Routes(
            List<RoutedNode> nodes,
            Selector selector,
            Causality causality,
            Fence fence,
            Failover failover,
            RouteObserver observer,
            Horizon horizon) {
        this.nodes = List.copyOf(nodes);
        this.selector = selector;
        this.causality = causality;
        this.fence = fence;
        this.failover = failover;
        this.observer = observer;
        this.horizon = horizon;
    }

    <T> Visit<T> visit(Go go, LeaseRequest request, Function<Session, Mono<T>> work) {
        RoutedNode node = tell(go, work);
        return new Visit<>(node, request, work, causality.trace(request, go, node.name()), fence);
    }

    <T> StreamVisit<T> stream(Go go, LeaseRequest request, Function<Session, Flux<T>> work) {
        RoutedNode node = tell(go, work);
        return new StreamVisit<>(node, request, work, causality.trace(request, go, node.name()), fence);
    }

    /** @return the call, as soon as its node shows what its session has seen */
    <T> Mono<T> onceShown(Go go, LeaseRequest request, Mono<T> call) {
        Mono<Void> shown = horizon.before(request, go, nodes.get(go.node()).name());
        return shown == null ? call : shown.then(call);
    }

    /** The same, of a stream. */
    <T> Flux<T> onceShown(Go go, LeaseRequest request, Flux<T> call) {
        Mono<Void> shown = horizon.before(request, go, nodes.get(go.node()).name());
        return shown == null ? call : shown.thenMany(call);
    }

    Trace transactionTrace(Go go, LeaseRequest request) {
        return causality.transaction(request, go, nodes.get(go.node()).name());
    }

    private RoutedNode tell(Go go, Object work) {
        RoutedNode node = tell(go);
        if (work instanceof RouteListener listener) {
            listener.routed(node.name(), go.replica());
        }
        return node;
    }

    /** Tells the observer. */
    RoutedNode tell(Go go) {
        RoutedNode node = nodes.get(go.node());
        observer.routed(node.name(), go.replica(), go.reason());
        return node;
    }

    /** @param except a node that has just failed; -1 for none */
    Choice select(LeaseRequest request, int except) {
        return selector.select(request.consistency(), causality.of(request), except);
    }

    Selector selector() {
        return selector;
    }

    Fence fence() {
        return fence;
    }

    Failover failover() {
        return failover;
    }

    RoutedNode node(int index) {
        return nodes.get(index);
    }
}

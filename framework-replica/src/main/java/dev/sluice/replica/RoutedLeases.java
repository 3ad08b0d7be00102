package dev.sluice.replica;

import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.Session;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The sessions of whichever node a request belongs on. */
final class RoutedLeases implements Leases {

    private final List<RoutedNode> nodes;
    private final Reads reads;
    private final Writes writes;
    private final TransactionRoutes transactions;

    RoutedLeases(List<RoutedNode> nodes, Reads reads, Writes writes, TransactionRoutes transactions) {
        this.nodes = nodes;
        this.reads = reads;
        this.writes = writes;
        this.transactions = transactions;
    }

    @Override
    public <T> Mono<T> use(LeaseRequest request, Function<Session, Mono<T>> work) {
        return Mono.defer(() -> request.writes() ? writes.use(request, work) : reads.use(request, work));
    }

    @Override
    public <T> Flux<T> stream(LeaseRequest request, Function<Session, Flux<T>> work) {
        return Flux.defer(() -> request.writes() ? writes.stream(request, work) : reads.stream(request, work));
    }

    @Override
    public Mono<Lease> acquire(LeaseRequest request) {
        return Mono.defer(() -> transactions.acquire(request));
    }

    @Override
    public int inUse() {
        return nodes.stream().mapToInt(node -> node.leases().inUse()).sum();
    }

    @Override
    public void drain() {
        nodes.forEach(node -> node.leases().drain());
    }

    @Override
    public void disconnect() {
        nodes.forEach(node -> node.leases().disconnect());
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.whenDelayError(
                nodes.stream().map(node -> node.leases().closeGracefully()).toList());
    }
}

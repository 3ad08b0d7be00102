package dev.sluice.replica;

import dev.sluice.r2dbc.cluster.Cluster;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.cluster.SingleNode;
import dev.sluice.r2dbc.session.Leases;
import java.util.List;
import reactor.core.publisher.Mono;

/** A cluster of one node: nothing to route, but sessions are told where they have written, for processes with more nodes. */
final class SampledNode implements Cluster {

    private final SingleNode node;
    private final Leases leases;

    SampledNode(Node node) {
        this.node = new SingleNode(node);
        this.leases = new SampledLeases(node);
    }

    @Override
    public Leases leases() {
        return leases;
    }

    @Override
    public List<Node> nodes() {
        return node.nodes();
    }

    @Override
    public List<NodeStatus> statuses() {
        return node.statuses();
    }

    @Override
    public Mono<Void> start() {
        return node.start();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return node.closeGracefully();
    }
}

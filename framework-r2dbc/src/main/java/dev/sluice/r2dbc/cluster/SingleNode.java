package dev.sluice.r2dbc.cluster;

import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.r2dbc.session.Leases;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * A cluster of one node, of which nothing needs to be known.
 *
 * @param node the node
 */
public record SingleNode(Node node) implements Cluster {

    @Override
    public Leases leases() {
        return node.leases();
    }

    @Override
    public List<Node> nodes() {
        return List.of(node);
    }

    @Override
    public List<NodeStatus> statuses() {
        return List.of(new NodeStatus(node.name(), Role.UNKNOWN, State.UP, "the only node", null, -1, null, null));
    }

    @Override
    public Mono<Void> start() {
        return Mono.empty();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return node.closeGracefully();
    }
}

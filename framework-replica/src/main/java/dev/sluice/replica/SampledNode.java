package dev.sluice.replica;

import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.r2dbc.cluster.Cluster;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.cluster.SingleNode;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * A cluster of one node: nothing to route, but sessions are told where they have written and of which cluster that is, for
 * processes with more nodes.
 */
final class SampledNode implements Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(SampledNode.class);
    private static final String IDENTIFY = "read the system identifier";
    private static final String SYSTEM = "select system_identifier from pg_control_system()";

    private final Node only;
    private final SingleNode node;
    private final Leases leases;
    private final Duration patience;
    private volatile OptionalLong systemIdentifier = OptionalLong.empty();

    /**
     * @param node the node
     * @param patience most time that the start waits to be told the cluster's identifier
     */
    SampledNode(Node node, Duration patience) {
        this.only = node;
        this.node = new SingleNode(node);
        this.leases = new SampledLeases(node);
        this.patience = patience;
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
    public OptionalLong systemIdentifier() {
        return systemIdentifier;
    }

    // Tokens without it are taken by any cluster: worth a warning, and no reason not to start.
    @Override
    public Mono<Void> start() {
        return Mono.defer(() -> only.leases()
                        .use(
                                LeaseRequest.onPrimary(IDENTIFY, request()),
                                session -> session.rows(
                                        Group.of(IDENTIFY, SYSTEM),
                                        row -> Objects.requireNonNull(row.get(0, Long.class)),
                                        1)))
                .doOnNext(rows -> systemIdentifier = OptionalLong.of(rows.get(0)))
                .onErrorResume(error -> {
                    LOG.warn("session tokens will not say of which cluster they are: {}", error.toString());
                    return Mono.empty();
                })
                .then();
    }

    private AdmissionRequest request() {
        return new AdmissionRequest(null, Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(patience), null);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return node.closeGracefully();
    }
}

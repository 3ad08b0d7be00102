package dev.sluice.r2dbc.cluster;

import dev.sluice.Credentials;
import dev.sluice.PoolSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.session.Leases;
import java.util.List;
import java.util.OptionalLong;
import reactor.core.publisher.Mono;

/** The nodes of a database. Thread-safe. */
public interface Cluster {

    /** @return sessions of whichever node a request belongs on */
    Leases leases();

    /** @return the nodes, the one of {@link dev.sluice.SluiceSettings#url()} first; never changes */
    List<Node> nodes();

    /** @return what is known of each node now, in the order of {@link #nodes()} */
    List<NodeStatus> statuses();

    /** @return what PostgreSQL calls the cluster, the same on all of its nodes; empty as long as no node was asked */
    default OptionalLong systemIdentifier() {
        return OptionalLong.empty();
    }

    /** @return a session that begins: it has seen what this process has written by now, as far as anybody remembers that */
    default SessionPosition newSession() {
        return SessionPosition.none();
    }

    /**
     * Opens another pool beside those of the nodes, for work that always goes to the primary.
     *
     * @param name its name in meters and views
     * @param login whose connections they are
     * @param pool how many, and for how long
     * @param settings where the nodes are
     * @param nodes opens it, under an admission of its own
     * @return the pool, to be closed
     */
    default Node openForPrimary(
            String name, Credentials login, PoolSettings pool, SluiceSettings settings, NodeFactory nodes) {
        return nodes.open(name, settings.url(), login, pool);
    }

    /** @return completes when it is known which node is the primary, or that none can be reached; never an error */
    Mono<Void> start();

    /** @return closes all nodes after running work has finished, in a bounded time */
    Mono<Void> closeGracefully();
}

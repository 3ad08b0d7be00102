package dev.sluice.r2dbc;

import dev.sluice.Sluice;
import dev.sluice.admission.AdmissionSnapshot;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.session.PoolUse;
import dev.sluice.r2dbc.transaction.RunningTransaction;
import dev.sluice.transaction.TransactionOptions;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a Sluice on R2DBC offers to frameworks that integrate it, beside what users hold. */
public interface R2dbcSluice extends Sluice {

    /**
     * Begins a transaction that the subscriber ends. It is rolled back by itself when its timeout is over.
     *
     * @param options how it runs
     * @return the transaction, never empty; cancelling until it is emitted gives everything back
     */
    Mono<RunningTransaction> begin(TransactionOptions options);

    /**
     * The same, for who knows better than the stack where the transaction is opened.
     *
     * @param options how it runs
     * @param openedAt where, for messages, as the name of a method
     * @return the transaction, never empty; cancelling until it is emitted gives everything back
     */
    Mono<RunningTransaction> begin(TransactionOptions options, String openedAt);

    /**
     * Asks the database for a sign of life, under admission, without a tenant.
     *
     * @return completes when it has answered; an error if it does not within {@code timeouts.lock}, or if there is no
     *     connection to ask on
     */
    Mono<Void> ping();

    /** @return the nodes and how much of each is in use now */
    List<NodeUse> nodes();

    /** @return what r2dbc-pool says of each node's connections now; without those whose pool says nothing */
    Map<String, PoolUse> pools();

    /** @return what is known of each node now, in the order of {@link #nodes()} */
    List<NodeStatus> statuses();

    /** @return what PostgreSQL calls the cluster, the same on all of its nodes; empty as long as no node was asked */
    OptionalLong systemIdentifier();

    /**
     * Begins a session, for calls that bring none.
     *
     * @return a session that has seen what this process has written by now, so that who writes and then reads in the same
     *     process without a token sees its writes
     */
    SessionPosition newSession();

    /**
     * Who uses the nodes now, and the pool for work across tenants where there is one.
     *
     * @param mostTenants how many tenants to show for each at most, the busiest first; 0 shows none
     * @return one view for each, never empty
     */
    Flux<NodeAdmission> admission(int mostTenants);

    /**
     * Who uses a node.
     *
     * @param node its name
     * @param use who uses it
     */
    record NodeAdmission(String node, AdmissionSnapshot use) {}

    /**
     * How much of a node is in use.
     *
     * @param name the node
     * @param inUse its connections whose permits are out
     * @param waiting the requests that wait for one
     * @param limit the most that may be
     */
    record NodeUse(String name, int inUse, int waiting, int limit) {

        /** @return whether a call would have to wait */
        public boolean isSaturated() {
            return inUse >= limit;
        }
    }
}

package dev.sluice.r2dbc.session;

import reactor.core.publisher.Mono;

/** A session held until released, for a transaction. */
public interface Lease {

    /** @return the session */
    Session session();

    /**
     * Says where the session is, if there is more than one node.
     *
     * @param listener is told, at once
     */
    default void tellRoute(RouteListener listener) {}

    /**
     * Gives the session back: cancels what still runs, rolls back what is open, waits a bounded time for the server to
     * be idle, else closes the connection; then gives the permit back. Only the first call counts, and cancelling does
     * not stop it.
     *
     * @return completes when all is given back; never an error
     */
    Mono<Void> release();
}

package dev.sluice.r2dbc.session;

import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Hands out the sessions of a node, or of several, under admission. The one place where sessions are acquired, used and released;
 * safe when cancelled while queued, connecting, validating, executing, committing or releasing.
 */
public interface Leases {

    /**
     * Uses a session for one group.
     *
     * @param request what for, and what is asked of admission
     * @param work what to do with the session; a {@link RouteListener} is told where it goes
     * @param <T> the type of the result
     * @return the result, emitted after the session was given back;
     *     {@link dev.sluice.access.DeadlineExceededException} once the request's deadline has passed. Cancelling stops
     *     the query in the server before the session is handed on.
     */
    <T> Mono<T> use(LeaseRequest request, Function<Session, Mono<T>> work);

    /**
     * Uses a session while rows are emitted.
     *
     * @param request what for, and what is asked of admission
     * @param work what to do with the session; a {@link RouteListener} is told where it goes
     * @param <T> the type of a row
     * @return the rows; the session is given back at their end
     */
    <T> Flux<T> stream(LeaseRequest request, Function<Session, Flux<T>> work);

    /**
     * Acquires a session for a transaction.
     *
     * @param request what for, and what is asked of admission
     * @return the lease, never empty, that the subscriber must release; if cancelled before it is emitted, it is given
     *     back
     */
    Mono<Lease> acquire(LeaseRequest request);

    /** @return the sessions that are handed out now */
    int inUse();

    /** @return what the pool says of itself; empty for those of several nodes, each of which has a pool of its own */
    default Optional<PoolUse> pool() {
        return Optional.empty();
    }

    /**
     * Lets go of the connections that are open now: those that idle soon, those in use when they are given back. New ones are
     * opened as they are needed.
     */
    void drain();

    /** Closes the connections that are open now, also those in use: their calls fail as if the server had gone. */
    void disconnect();

    /** @return closes the pool after running work has finished, in a bounded time */
    Mono<Void> closeGracefully();
}

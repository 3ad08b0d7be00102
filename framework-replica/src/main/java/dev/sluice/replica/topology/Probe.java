package dev.sluice.replica.topology;

import dev.sluice.consistency.Lsn;
import reactor.core.publisher.Mono;

/**
 * Asks one node. One question at a time; each ends in a bounded time, and one that fails gives the connection up, so that the
 * next opens another.
 */
interface Probe {

    /** @return what the node says of itself; connects if there is no connection */
    Mono<NodeAnswer> ask();

    /** @return what it has replayed (a standby) or flushed (a primary); an error if there is no connection */
    Mono<Lsn> position();

    /** @return completes when the connection is closed, in a bounded time; never an error */
    Mono<Void> close();
}

package dev.sluice.replica.topology;

import dev.sluice.consistency.Lsn;
import java.util.List;
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

    /**
     * May be asked while another question is not answered yet.
     *
     * @return what it shows, of a primary; an error of a standby, or if there is no connection
     */
    Mono<PrimarySnapshot> snapshot();

    /**
     * May be asked while another question is not answered yet.
     *
     * @param transactions some transactions
     * @return those of which it shows that they have committed; an error if there is no connection
     */
    Mono<List<Long>> committed(List<Long> transactions);

    /** @return completes when the connection is closed, in a bounded time; never an error */
    Mono<Void> close();
}

package dev.sluice.r2dbc.cluster;

import dev.sluice.r2dbc.admission.FairAdmission;
import dev.sluice.r2dbc.session.Leases;
import reactor.core.publisher.Mono;

/**
 * A pool and who may have its connections.
 *
 * @param name its name in meters and views
 * @param admission who may have a connection
 * @param leases the connections
 */
public record Node(String name, FairAdmission admission, Leases leases) {

    /** @return closes its connections after running work has finished, in a bounded time, and its admission */
    public Mono<Void> closeGracefully() {
        return leases.closeGracefully().doFinally(end -> admission.close());
    }
}

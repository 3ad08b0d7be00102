package dev.sluice.replica;

import dev.sluice.consistency.RouteObserver.Reason;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.replica.Failover.Patience;
import dev.sluice.replica.selection.Choice;
import dev.sluice.replica.selection.Choice.Go;
import io.r2dbc.spi.R2dbcException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Leases for transactions: those that write from the primary, the others from the node of a read. */
final class TransactionRoutes {

    private final Routes routes;
    private final Reads reads;
    private final Writes writes;

    TransactionRoutes(Routes routes, Reads reads, Writes writes) {
        this.routes = routes;
        this.reads = reads;
        this.writes = writes;
    }

    Mono<Lease> acquire(LeaseRequest request) {
        Choice choice = request.writes() ? routes.selector().primary(Reason.WRITE) : routes.select(request, -1);
        if (choice instanceof Go go) {
            return request.writes() ? toWrite(go, request, null) : toRead(go, request, null);
        }
        return request.writes()
                ? onNextPrimary(request, routes.failover().begin(request))
                : reads.resolve(choice, request, null).flatMap(go -> toRead(go, request, null));
    }

    private Mono<Lease> toRead(Go go, LeaseRequest request, Reads.@Nullable Journey before) {
        return held(go, request).onErrorResume(error -> {
            Reads.Journey journey = before == null ? reads.new Journey(request) : before;
            return journey.after(go, error, false).flatMap(next -> toRead(next, request, journey));
        });
    }

    private Mono<Lease> toWrite(Go go, LeaseRequest request, @Nullable Patience before) {
        return held(go, request).onErrorResume(error -> {
            Patience next = writes.next(go, request, error, false, before);
            return next == null ? Mono.error(error) : onNextPrimary(request, next);
        });
    }

    private Mono<Lease> onNextPrimary(LeaseRequest request, Patience patience) {
        return patience.primary().flatMap(primary -> toWrite(writes.toPrimary(primary), request, patience));
    }

    private Mono<Lease> held(Go go, LeaseRequest request) {
        RoutedNode node = routes.tell(go);
        return routes.onceShown(go, request, Held.acquire(node, request))
                .map(held -> new RoutedLease(this, request, go, held, routes.transactionTrace(go, request)));
    }

    /**
     * Whether a transaction may begin on another node. Where the server has refused BEGIN itself, nothing else ran. Where it has
     * answered anything else, it has begun. Where it has not answered, the first statement may have run: one that only reads
     * moves, as a read does, and one that writes does not, as a write does not.
     */
    static boolean mayMove(LeaseRequest request, String begin, Throwable error) {
        String failed = error instanceof R2dbcException failure ? failure.getSql() : null;
        if (failed != null && !failed.equals(begin)) {
            return false;
        }
        boolean ofNode = Failures.isOfNode(error, true);
        return request.writes()
                ? Failures.isRefusedBegin(error) || Failures.isUnsent(error) || failed != null && ofNode
                : ofNode;
    }

    /** The way of a transaction whose BEGIN fails. One thread at a time. */
    final class Restarts {

        private final LeaseRequest request;
        private Reads.@Nullable Journey journey;
        private @Nullable Patience patience;

        Restarts(LeaseRequest request) {
            this.request = request;
        }

        /** @return a lease of another node, or of the same one after a while; the error if there is none */
        Mono<RoutedLease> after(Go go, Throwable error) {
            return (request.writes() ? write(go, error) : read(go, error)).cast(RoutedLease.class);
        }

        private Mono<Lease> write(Go go, Throwable error) {
            Patience waits = patience == null ? routes.failover().begin(request) : patience;
            patience = waits;
            waits.failedOn(go.node(), error);
            return waits.isRefusedForGood() ? Mono.error(error) : onNextPrimary(request, waits);
        }

        private Mono<Lease> read(Go go, Throwable error) {
            Reads.Journey moves = journey == null ? reads.new Journey(request) : journey;
            journey = moves;
            return moves.after(go, error, true).flatMap(next -> toRead(next, request, moves));
        }
    }

    void checkOpen(String operation, RoutedNode node) {
        routes.fence().checkOpen(operation, node);
    }
}

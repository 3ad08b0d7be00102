package dev.sluice.replica;

import dev.sluice.r2dbc.session.Gate;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.RouteListener;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.replica.selection.Choice.Go;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The lease of a transaction, which may move to another node until its BEGIN has succeeded. */
final class RoutedLease implements Lease, TransactionSession.Carrier {

    private final TransactionRoutes routes;
    private final LeaseRequest request;
    private final Session session = new TransactionSession(this);
    private final TransactionRoutes.Restarts restarts;
    private final Gate gate = new Gate();
    private volatile Place place;
    private volatile boolean released;
    private volatile boolean moving;
    private volatile @Nullable RouteListener listener;

    /** Where the transaction runs. */
    private record Place(Go go, Held held, Trace trace) {}

    RoutedLease(TransactionRoutes routes, LeaseRequest request, Go go, Held held, Trace trace) {
        this.routes = routes;
        this.request = request;
        this.restarts = routes.new Restarts(request);
        this.place = new Place(go, held, trace);
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public void tellRoute(RouteListener listener) {
        this.listener = listener;
        tellRoute(place, listener);
    }

    private static void tellRoute(Place now, RouteListener listener) {
        listener.routed(now.held.node().name(), now.go.replica());
    }

    @Override
    public Mono<Void> release() {
        return Mono.defer(() -> {
            released = true;
            return gate.close().then(Mono.defer(() -> {
                Place last = place;
                last.trace.left();
                return last.held.release();
            }));
        });
    }

    @Override
    public void check(String operation) {
        if (request.writes()) {
            routes.checkOpen(operation, place.held.node());
        }
    }

    @Override
    public void checkWrite(String operation) {
        if (place.go.replica()) {
            throw new NotPrimaryException(operation, place.held.node().name(), "its transaction is read-only");
        }
    }

    @Override
    public @Nullable Session current() {
        return moving ? null : place.held.lease().session();
    }

    @Override
    public Trace trace() {
        return place.trace;
    }

    @Override
    public Mono<Void> move(String begin, Throwable error) {
        Place failed = place;
        if (moving || !TransactionRoutes.mayMove(request, begin, error)) {
            return Mono.error(error);
        }
        // A cancel may stop the move where it wants: what was let go must not be used again.
        moving = true;
        return failed.held
                .letGo(error)
                // Inside, so that a lease which arrives as a cancel does is taken over, and given back.
                .then(Mono.defer(() -> restarts.after(failed.go, error).flatMap(this::takeOver)));
    }

    @Override
    public <T> Mono<T> again(Mono<T> call) {
        return gate.guard(call, RoutedLease::endedBefore);
    }

    private static IllegalStateException endedBefore() {
        return new IllegalStateException("the transaction ended before it began");
    }

    private Mono<Void> takeOver(RoutedLease other) {
        place = other.place;
        moving = false;
        RouteListener told = listener;
        if (told != null) {
            tellRoute(place, told);
        }
        return released ? place.held.release().then(Mono.error(RoutedLease::endedBefore)) : Mono.empty();
    }
}

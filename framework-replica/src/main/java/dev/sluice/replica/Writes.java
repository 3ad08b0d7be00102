package dev.sluice.replica;

import dev.sluice.consistency.RouteObserver.Reason;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.replica.Failover.Patience;
import dev.sluice.replica.selection.Choice.Go;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Calls that write: to the primary, whoever that is. What was certainly not run waits for the next primary and is sent there;
 * what may have run is never sent again.
 */
final class Writes {

    private final Routes routes;

    Writes(Routes routes) {
        this.routes = routes;
    }

    <T> Mono<T> use(LeaseRequest request, Function<Session, Mono<T>> work) {
        return routes.selector().primary(Reason.WRITE) instanceof Go go
                ? on(go, request, work, null)
                : later(request, work, routes.failover().begin(request));
    }

    private <T> Mono<T> on(Go go, LeaseRequest request, Function<Session, Mono<T>> work, @Nullable Patience patience) {
        Visit<T> visit = routes.visit(go, request, work);
        return routes.onceShown(go, request, visit).onErrorResume(error -> {
            Patience next = next(go, request, error, visit.wasConnected(), patience);
            return next == null ? Mono.error(error) : later(request, work, next);
        });
    }

    private <T> Mono<T> later(LeaseRequest request, Function<Session, Mono<T>> work, Patience patience) {
        return patience.primary().flatMap(primary -> on(toPrimary(primary), request, work, patience));
    }

    <T> Flux<T> stream(LeaseRequest request, Function<Session, Flux<T>> work) {
        return routes.selector().primary(Reason.WRITE) instanceof Go go
                ? streamOn(go, request, work, null)
                : streamLater(request, work, routes.failover().begin(request));
    }

    private <T> Flux<T> streamOn(
            Go go, LeaseRequest request, Function<Session, Flux<T>> work, @Nullable Patience patience) {
        StreamVisit<T> visit = routes.stream(go, request, work);
        return routes.onceShown(go, request, visit.rows()).onErrorResume(error -> {
            Patience next = visit.hasEmitted() ? null : next(go, request, error, visit.wasConnected(), patience);
            return next == null ? Flux.error(error) : streamLater(request, work, next);
        });
    }

    private <T> Flux<T> streamLater(LeaseRequest request, Function<Session, Flux<T>> work, Patience patience) {
        return patience.primary().flatMapMany(primary -> streamOn(toPrimary(primary), request, work, patience));
    }

    Go toPrimary(int primary) {
        return new Go(primary, false, Reason.WRITE);
    }

    /** @return the patience to wait for the next primary with; null if the error stands */
    @Nullable
    Patience next(Go go, LeaseRequest request, Throwable error, boolean connected, @Nullable Patience patience) {
        if (!wasNotRun(error, connected)) {
            if (Failures.isOfNode(error, connected)) {
                routes.failover().trouble(go.node(), error);
            }
            return null;
        }
        Patience next = patience == null ? routes.failover().begin(request) : patience;
        next.failedOn(go.node(), error);
        return next.isRefusedForGood() ? null : next;
    }

    private static boolean wasNotRun(Throwable error, boolean connected) {
        return connected ? Failures.isUnsent(error) || Failures.isReadOnly(error) : Failures.isOfNode(error, false);
    }
}

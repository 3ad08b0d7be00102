package dev.sluice.replica;

import dev.sluice.consistency.NoReplicaException;
import dev.sluice.consistency.RouteObserver.Reason;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.replica.selection.Choice;
import dev.sluice.replica.selection.Choice.CatchUp;
import dev.sluice.replica.selection.Choice.Go;
import dev.sluice.replica.selection.Choice.NoPrimary;
import dev.sluice.replica.selection.Choice.NoReplica;
import dev.sluice.replica.topology.NodeView;
import dev.sluice.replica.topology.TopologyMonitor;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Calls that only read: to the node that the selector chooses, and once more elsewhere when that one fails them. */
final class Reads {

    /** After that wait in vain reads do not wait for the same replica for this long. */
    private static final Duration NO_WAITING = Duration.ofSeconds(1);

    private final Routes routes;
    private final TopologyMonitor monitor;
    private final Duration catchUpWait;

    Reads(Routes routes, TopologyMonitor monitor, Duration catchUpWait) {
        this.routes = routes;
        this.monitor = monitor;
        this.catchUpWait = catchUpWait;
    }

    <T> Mono<T> use(LeaseRequest request, Function<Session, Mono<T>> work) {
        Choice choice = routes.select(request, -1);
        return choice instanceof Go go
                ? on(go, request, work, null)
                : resolve(choice, request, null).flatMap(go -> on(go, request, work, null));
    }

    private <T> Mono<T> on(Go go, LeaseRequest request, Function<Session, Mono<T>> work, @Nullable Journey before) {
        Visit<T> visit = routes.visit(go, request, work);
        return routes.onceShown(go, request, visit).onErrorResume(error -> {
            Journey journey = before == null ? new Journey(request) : before;
            return journey.after(go, error, visit.wasConnected()).flatMap(next -> on(next, request, work, journey));
        });
    }

    <T> Flux<T> stream(LeaseRequest request, Function<Session, Flux<T>> work) {
        Choice choice = routes.select(request, -1);
        return choice instanceof Go go
                ? streamOn(go, request, work, null)
                : resolve(choice, request, null).flatMapMany(go -> streamOn(go, request, work, null));
    }

    private <T> Flux<T> streamOn(
            Go go, LeaseRequest request, Function<Session, Flux<T>> work, @Nullable Journey before) {
        StreamVisit<T> visit = routes.stream(go, request, work);
        return routes.onceShown(go, request, visit.rows()).onErrorResume(error -> {
            if (visit.hasEmitted()) {
                return Flux.error(error);
            }
            Journey journey = before == null ? new Journey(request) : before;
            return journey.after(go, error, visit.wasConnected())
                    .flatMapMany(next -> streamOn(next, request, work, journey));
        });
    }

    /** @return where the read goes, once that is possible; an error when the time for it is over */
    Mono<Go> resolve(Choice choice, LeaseRequest request, Failover.@Nullable Patience patience) {
        if (choice instanceof Go go) {
            return Mono.just(go);
        }
        if (choice instanceof CatchUp catchUp) {
            return catchUp(catchUp, request, patience);
        }
        if (choice instanceof NoPrimary none) {
            Failover.Patience waits = patience == null ? routes.failover().begin(request) : patience;
            return waits.primary().map(primary -> new Go(primary, false, none.reason()));
        }
        return Mono.error(() -> new NoReplicaException(request.operation(), whyNone()));
    }

    private Mono<Go> catchUp(CatchUp choice, LeaseRequest request, Failover.@Nullable Patience patience) {
        Duration left = request.admission().deadline().remaining();
        Duration most = left.compareTo(catchUpWait) < 0 ? left : catchUpWait;
        return monitor.awaitPosition(choice.node(), choice.wanted(), most.isNegative() ? Duration.ZERO : most)
                .flatMap(reached -> {
                    if (reached) {
                        return Mono.just(new Go(choice.node(), true, Reason.BALANCED));
                    }
                    routes.node(choice.node()).candidate().waitedInVain(NO_WAITING);
                    return resolve(routes.selector().withoutReplica(Reason.BEHIND), request, patience);
                });
    }

    private String whyNone() {
        return monitor.current().nodes().stream().map(Reads::why).collect(Collectors.joining(", "));
    }

    private static String why(NodeView view) {
        String lag = view.lag() == null
                ? "lag not known"
                : "lag %d ms, %d bytes".formatted(view.lag().toMillis(), view.lagBytes());
        return "%s: %s, %s, %s".formatted(view.name(), view.role(), view.standing(), lag);
    }

    /** The way of a read that failed at least once. One thread at a time. */
    final class Journey {

        private static final int MOST_MOVES = 2;

        private final LeaseRequest request;
        private Failover.@Nullable Patience patience;
        private int moves;

        Journey(LeaseRequest request) {
            this.request = request;
        }

        /** @return where it runs once more; the error itself if it does not */
        Mono<Go> after(Go go, Throwable error, boolean connected) {
            Reason reason = reason(go, error, connected);
            if (reason == null || request.admission().deadline().hasPassed()) {
                return Mono.error(error);
            }
            Failover.Patience waits = patience == null ? routes.failover().begin(request) : patience;
            patience = waits;
            boolean ofNode = reason == Reason.FAILED || !go.replica();
            if (ofNode) {
                waits.failedOn(go.node(), error);
            }
            // Who may move no more asks for no replica: it might be let in to try one that was banned, and not go
            // there.
            Choice next = ofNode && moves < MOST_MOVES
                    ? routes.select(request, go.node())
                    : routes.selector().withoutReplica(reason);
            if (next == NoReplica.INSTANCE && !ofNode && reason != Reason.BEHIND) {
                return Mono.error(error);
            }
            if (next instanceof Go again && again.node() == go.node()) {
                next = new NoPrimary(reason);
            } else if (++moves > MOST_MOVES) {
                return Mono.error(error);
            }
            return resolve(next, request, waits).map(found -> new Go(found.node(), found.replica(), reason));
        }

        private @Nullable Reason reason(Go go, Throwable error, boolean connected) {
            if (error instanceof BehindException) {
                return Reason.BEHIND;
            }
            if (go.replica() && connected && Failures.isConflict(error)) {
                return Reason.CONFLICT;
            }
            if (go.replica() && connected && Failures.isOfSchema(error)) {
                return Reason.SCHEMA;
            }
            return Failures.isOfNode(error, connected) ? Reason.FAILED : null;
        }
    }
}

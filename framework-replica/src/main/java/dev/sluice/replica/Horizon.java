package dev.sluice.replica;

import dev.sluice.consistency.Position;
import dev.sluice.consistency.RouteObserver;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.replica.selection.Choice.Go;
import dev.sluice.replica.topology.TopologyMonitor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Holds back what a session sends to the primary until that shows what a standby has shown to the session. Writes too: a
 * version that the primary does not show yet is no match, and a parent row no parent. Before the connection, so that nobody who
 * waits holds one.
 */
final class Horizon {

    private final TopologyMonitor monitor;
    private final RouteObserver observer;
    private final Duration longest;

    /** @param longest the longest wait, within the call's deadline */
    Horizon(TopologyMonitor monitor, RouteObserver observer, Duration longest) {
        this.monitor = monitor;
        this.observer = observer;
        this.longest = longest;
    }

    /** @return completes when a call may be sent; null if it may now */
    @Nullable
    Mono<Void> before(LeaseRequest request, Go go, String node) {
        SessionPosition session = request.session();
        if (session == null || go.replica() || session.horizon() == 0) {
            return null;
        }
        long horizon = session.horizon();
        Position seen = session.seen();
        if (seen == null || seen.timeline() != monitor.current().timeline()) {
            return null;
        }
        if (monitor.isShown(seen.timeline(), horizon)) {
            session.shown(horizon);
            return null;
        }
        Duration left = request.admission().deadline().remaining();
        Duration most = left.compareTo(longest) < 0 ? left : longest;
        return monitor.awaitShown(seen, horizon, most.isNegative() ? Duration.ZERO : most)
                .doOnNext(shown -> {
                    if (shown) {
                        session.shown(horizon);
                    } else {
                        observer.unshown(node);
                    }
                })
                .then();
    }
}

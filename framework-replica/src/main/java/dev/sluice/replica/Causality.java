package dev.sluice.replica;

import dev.sluice.consistency.Position;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.replica.selection.Choice.Go;
import dev.sluice.replica.topology.NodeView;
import dev.sluice.replica.topology.Topology;
import dev.sluice.replica.topology.TopologyMonitor;
import org.jspecify.annotations.Nullable;

/**
 * What each session has seen. Calls that belong to none see what this process has written, and raise nothing by reading: else one
 * call's read would make all others wait for the replica that served it.
 */
final class Causality {

    private final TopologyMonitor monitor;
    private final SessionPosition process = SessionPosition.none();

    Causality(TopologyMonitor monitor) {
        this.monitor = monitor;
    }

    /** @return what a request must see */
    SessionPosition of(LeaseRequest request) {
        SessionPosition session = request.session();
        return session == null ? process : session;
    }

    /** @return a session that has seen what this process has written by now */
    SessionPosition begin() {
        return process.copy();
    }

    /**
     * Takes note of the first primary, and of that of each new timeline. Calls of no session see what was there when this process
     * began, migrations included. And what a new timeline has of this process's writes lies before any position of its primary:
     * without that, such calls would read the primary until this process writes again.
     */
    void changed(Topology now) {
        if (!now.hasPrimary()) {
            return;
        }
        NodeView primary = now.nodes().get(now.primary());
        Position position = primary.position();
        Position seen = process.seen();
        if (position != null && (seen == null || position.timeline() > seen.timeline())) {
            process.raise(position, primary.name());
        }
    }

    /** @return what is learned of a call; null if nothing is, and its session needs no disguise */
    @Nullable
    Trace trace(LeaseRequest request, Go go, String node) {
        if (request.writes()) {
            return Trace.ofWrite(node, monitor, request.session(), process);
        }
        SessionPosition session = request.session();
        if (session == null && (go.replica() || process.unknownWrites() == 0)) {
            return null;
        }
        boolean bound = request.consistency() == ReadConsistency.session();
        return read(go, node, session, session != null && bound ? session.seen() : null);
    }

    /** @return what is learned of a transaction */
    Trace transaction(LeaseRequest request, Go go, String node) {
        return request.writes()
                ? Trace.ofWrite(node, monitor, request.session(), process)
                : read(go, node, request.session(), null);
    }

    private Trace read(Go go, String node, @Nullable SessionPosition session, @Nullable Position wanted) {
        return go.replica()
                ? Trace.ofStandby(node, monitor, go.node(), session, wanted)
                // It tells where unknown writes of this process lie, whoever reads.
                : Trace.ofRead(node, monitor, session, process.unknownWrites() == 0 ? null : process, wanted);
    }
}

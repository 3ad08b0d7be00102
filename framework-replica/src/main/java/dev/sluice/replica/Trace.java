package dev.sluice.replica;

import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.session.PositionSink;
import dev.sluice.r2dbc.session.TransactionSnapshot;
import dev.sluice.replica.topology.TopologyMonitor;
import org.jspecify.annotations.Nullable;

/**
 * Follows one call for the sessions that must know of it: the position that was sampled behind it raises them; without one they
 * read the primary until a position is known that includes the call. The sample arrives before the call's result, or after
 * a cancel.
 */
final class Trace implements PositionSink {

    private static final long RECORD_ALIGNMENT = 7;

    private final boolean writes;
    private final String name;
    private final @Nullable TopologyMonitor monitor;
    private final int standby;
    private final int standbyTimeline;
    private final @Nullable SessionPosition session;
    private final @Nullable SessionPosition process;
    private final @Nullable Position wanted;
    private final int sessionUnknown;
    private final int processUnknown;
    private final @Nullable Position sessionSeen;
    private final @Nullable Position processSeen;
    private volatile boolean asked;
    private volatile boolean sampled;
    private volatile boolean settled;
    private volatile boolean behind;

    private Trace(
            boolean writes,
            String name,
            @Nullable TopologyMonitor monitor,
            int standby,
            int standbyTimeline,
            @Nullable SessionPosition session,
            @Nullable SessionPosition process,
            @Nullable Position wanted) {
        this.writes = writes;
        this.name = name;
        this.monitor = monitor;
        this.standby = standby;
        this.standbyTimeline = standbyTimeline;
        this.session = session;
        this.process = process;
        this.wanted = wanted;
        this.sessionUnknown = session == null ? 0 : session.unknownSoFar();
        this.processUnknown = process == null ? 0 : process.unknownSoFar();
        this.sessionSeen = session == null ? null : session.seen();
        this.processSeen = process == null ? null : process.seen();
    }

    /**
     * A call that writes.
     *
     * @param monitor is told what the primary shows; null if there are no standbys
     * @param session whose it is; null if nobody's
     * @param process what all calls of this process have written; null if nobody asks
     */
    static Trace ofWrite(
            String name,
            @Nullable TopologyMonitor monitor,
            @Nullable SessionPosition session,
            @Nullable SessionPosition process) {
        return new Trace(true, name, monitor, -1, 0, session, process, null);
    }

    /**
     * A call that reads the primary.
     *
     * @param monitor is told what it shows
     * @param session whose it is; null if nobody's
     * @param process what all calls of this process have written, if a part of that is at a position that is not known
     * @param wanted what the rows must include; null if they need not
     */
    static Trace ofRead(
            String name,
            TopologyMonitor monitor,
            @Nullable SessionPosition session,
            @Nullable SessionPosition process,
            @Nullable Position wanted) {
        return new Trace(false, name, monitor, -1, 0, session, process, wanted);
    }

    /**
     * A call that reads a standby.
     *
     * @param monitor knows where it stands, and is told how far it has replayed
     * @param standby its index
     * @param session whose it is; null if nobody's
     * @param wanted what the rows must include; null if they need not
     */
    static Trace ofStandby(
            String name,
            TopologyMonitor monitor,
            int standby,
            @Nullable SessionPosition session,
            @Nullable Position wanted) {
        Position at = monitor.position(standby);
        return new Trace(false, name, monitor, standby, at == null ? 0 : at.timeline(), session, null, wanted);
    }

    @Override
    public void position(int timeline, Lsn lsn, TransactionSnapshot shown) {
        if (timeline > 0) {
            writable(new Position(timeline, lsn), shown);
        } else if (standbyTimeline > 0) {
            standby(new Position(standbyTimeline, lsn), shown);
        } else {
            // It was chosen as the primary and is a standby: nobody knows of which timeline.
            behind = true;
        }
    }

    private void writable(Position position, TransactionSnapshot shown) {
        if (monitor != null) {
            monitor.shown(position.timeline(), shown);
        }
        if (wanted != null && position.timeline() < wanted.timeline()) {
            behind = true;
            return;
        }
        sampled = true;
        settle(session, position, sessionUnknown, sessionSeen);
        Position seen = session == null ? null : session.seen();
        if (session != null && seen != null && seen.timeline() == position.timeline()) {
            session.shown(shown.xmin());
        }
        settle(process, position, processUnknown, processSeen);
    }

    private void settle(@Nullable SessionPosition one, Position position, int unknown, @Nullable Position seen) {
        if (one == null) {
            return;
        }
        one.settle(position, name, unknown);
        if (seen != null && seen.timeline() == position.timeline() && !position.includes(seen)) {
            one.forget(seen);
        }
    }

    private void standby(Position position, TransactionSnapshot shown) {
        if (wanted != null && !position.includes(wanted)) {
            behind = true;
            return;
        }
        sampled = true;
        if (monitor == null) {
            return;
        }
        monitor.seen(standby, fullyReplayed(position));
        if (session != null) {
            boolean everywhere = monitor.isShown(position.timeline(), shown.xmax());
            session.raise(position, name, everywhere ? 0 : shown.xmax());
        }
    }

    // Records begin and end at multiples of eight; what lies in between stands for one that is being replayed.
    private static Position fullyReplayed(Position position) {
        long lsn = position.lsn().value();
        return (lsn & RECORD_ALIGNMENT) == 0
                ? position
                : new Position(position.timeline(), new Lsn(lsn & ~RECORD_ALIGNMENT));
    }

    /** A statement was handed to the wire, which may or may not have sent it. */
    void asking() {
        asked = true;
    }

    /** @return whether the answer came from a node that had not yet what the call must see */
    boolean isBehind() {
        return behind;
    }

    /** The call was answered. */
    void answered() {
        if (asked && !sampled) {
            unknown();
        }
    }

    /** The call failed. */
    void failed(Throwable error) {
        if (asked && !sampled && writes && Failures.mayHaveRun(error)) {
            unknown();
        }
    }

    /** Nobody waits for the call any more; {@code seen} says whether somebody may know already what it read. */
    void cancelled(boolean seen) {
        if (asked && !sampled && (writes || seen)) {
            unknown();
        }
    }

    /** A transaction is over: without a COMMIT it has read what no position tells of. */
    void left() {
        if (asked && !sampled && !settled && session != null) {
            session.addUnknownWrite();
        }
    }

    private void unknown() {
        settled = true;
        if (session != null) {
            session.addUnknownWrite();
            session.servedBy(name);
        }
        if (process != null && writes) {
            process.addUnknownWrite();
        }
    }
}

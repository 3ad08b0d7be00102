package dev.sluice.r2dbc.session;

import dev.sluice.consistency.Lsn;

/**
 * Takes where a server stood after it had answered a call: on the event loop, before the call's result is emitted, and also
 * when nobody waits for the result any more. Not called when the position could not be asked for. Must not throw.
 */
@FunctionalInterface
public interface PositionSink {

    /**
     * Takes a position.
     *
     * @param timeline the timeline that a primary writes; 0 on a standby, which cannot tell
     * @param lsn on a primary where the next record goes, on a standby how far it has replayed
     */
    void position(int timeline, Lsn lsn);
}

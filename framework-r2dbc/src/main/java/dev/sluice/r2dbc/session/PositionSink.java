package dev.sluice.r2dbc.session;

import dev.sluice.consistency.Lsn;

/**
 * Takes where a server stood after it had answered a call: whatever the call wrote lies before that position, and whatever
 * it saw. Called on the event loop before the call's result is emitted (a stream's completion), and also when nobody waits for
 * the result any more; at most once for each subscriber. Called for an answer that is an error of the server, too: that a key
 * is taken tells what is there. Must not throw.
 *
 * <p>Not called when the position is not known, which never fails the call: the server could not be asked or did not answer,
 * the connection was lost, the call ended inside an open transaction, or it was a COMMIT that did not commit.
 */
@FunctionalInterface
public interface PositionSink {

    /**
     * Takes a position.
     *
     * @param timeline the timeline that a primary writes; 0 on a standby, which cannot tell
     * @param lsn on a primary where the next record goes, on a standby how far it has replayed, and one byte more while
     *     it has something to replay: what a read saw may be in the record that is being replayed
     * @param shown which transactions the server showed by then
     */
    void position(int timeline, Lsn lsn, TransactionSnapshot shown);
}

package dev.sluice.replica.topology;

import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself.
 *
 * @param systemIdentifier its cluster
 * @param startedAt when its server was started, in microseconds: tells servers of one cluster apart, and lives of one server
 * @param writable whether it is a primary
 * @param timeline a primary's; of a standby the highest that it is known to have replayed or to be receiving
 * @param lsn what a primary has flushed, a standby replayed
 * @param receiver the state of a standby's WAL receiver; null if none runs
 * @param receiverHidden whether the role may not see the receiver's state
 */
record NodeAnswer(
        long systemIdentifier,
        long startedAt,
        boolean writable,
        int timeline,
        Lsn lsn,
        @Nullable String receiver,
        boolean receiverHidden) {

    @Nullable
    Position position() {
        return timeline < 1 ? null : new Position(timeline, lsn);
    }

    /** A server's life: no two servers of a cluster start in the same microsecond. */
    boolean isSameServer(NodeAnswer other) {
        return systemIdentifier == other.systemIdentifier && startedAt == other.startedAt;
    }

    /**
     * The same, for a standby on the timeline that it was on before, as long as the server has not been started again: what is
     * seen of it comes and goes with its receiver.
     */
    NodeAnswer after(@Nullable NodeAnswer before) {
        if (writable || before == null || !isSameServer(before) || before.timeline <= timeline) {
            return this;
        }
        return new NodeAnswer(systemIdentifier, startedAt, writable, before.timeline, lsn, receiver, receiverHidden);
    }
}

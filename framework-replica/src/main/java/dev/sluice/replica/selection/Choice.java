package dev.sluice.replica.selection;

import dev.sluice.consistency.Position;
import dev.sluice.consistency.RouteObserver.Reason;

/** Where a read goes, or why it cannot go anywhere yet. */
public sealed interface Choice {

    /**
     * To that node.
     *
     * @param node its index
     * @param replica whether it is chosen as a standby
     * @param reason why there
     */
    record Go(int node, boolean replica, Reason reason) implements Choice {}

    /**
     * To that replica, as soon as it has reached a position that it is not far from; else to the primary.
     *
     * @param node its index
     * @param wanted the position
     */
    record CatchUp(int node, Position wanted) implements Choice {}

    /**
     * To the primary, once there is one that answers.
     *
     * @param reason why there
     */
    record NoPrimary(Reason reason) implements Choice {}

    /** To a replica, but none may serve it and the primary must not. */
    enum NoReplica implements Choice {
        /** The only value. */
        INSTANCE
    }
}

package dev.sluice.r2dbc.cluster;

import dev.sluice.consistency.Position;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a node.
 *
 * @param name the node
 * @param role what it is, as far as is known
 * @param state whether calls go to it
 * @param reason why it is in that state, for people
 * @param position where it stands; null if that was never seen
 * @param lagBytes how far it is behind the primary, in bytes; -1 if that is not known
 * @param lag how far it is behind the primary, in time; null if that is not known
 * @param roundTrip how long it last took to answer the monitor; null if it did not, or nobody asks
 */
public record NodeStatus(
        String name,
        Role role,
        State state,
        String reason,
        @Nullable Position position,
        long lagBytes,
        @Nullable Duration lag,
        @Nullable Duration roundTrip) {

    /** @return whether it is the node that writes are sent to, which need not succeed */
    public boolean takesWrites() {
        return role == Role.PRIMARY && state != State.FENCED && state != State.DOWN && state != State.REFUSED;
    }

    /** What a node is. */
    public enum Role {
        /** Takes writes. */
        PRIMARY,
        /** Replays what a primary has written. */
        STANDBY,
        /** Not known: nobody asks, or it does not answer. */
        UNKNOWN
    }

    /** Whether calls go to a node. */
    public enum State {
        /** They do. */
        UP,
        /** Some do, more and more: it has just come back. */
        RAMPING,
        /** None does: it is behind by more than is allowed. */
        LAGGING,
        /** None does: it failed, and is tried again later. */
        BANNED,
        /** None does: it does not answer. */
        DOWN,
        /** None does: it takes writes, but another node has taken over, or cannot be told apart from it. */
        FENCED,
        /** None ever does: it is no part of this cluster. */
        REFUSED
    }
}

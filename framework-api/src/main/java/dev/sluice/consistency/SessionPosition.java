package dev.sluice.consistency;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one session has written and read, as far as positions tell. The edge puts one into the Context with
 * {@link dev.sluice.access.AccessChange#session(SessionPosition)}; calls raise it, and reads are routed by it.
 * Thread-safe; one for all calls of a session, or of a request that carries its session's token.
 */
public final class SessionPosition {

    private volatile State state;

    // One value, so that no reader sees a part of a change.
    private record State(
            @Nullable Position seen,
            int unknown,
            int settled,
            @Nullable String node,
            @Nullable Instant avoidsCachesUntil,
            long horizon) {

        State by(@Nullable Position position, @Nullable String answered) {
            return new State(position, unknown, settled, answered, avoidsCachesUntil, horizonAt(position));
        }

        State withHorizon(long other) {
            return new State(seen, unknown, settled, node, avoidsCachesUntil, other);
        }

        // Transactions of another timeline are others, whatever their numbers.
        private long horizonAt(@Nullable Position position) {
            return seen != null && position != null && position.timeline() != seen.timeline() ? 0 : horizon;
        }
    }

    private SessionPosition(@Nullable Position seen, int unknown) {
        this.state = new State(seen, unknown, 0, null, null, 0);
    }

    /** @return a session that has seen nothing yet */
    public static SessionPosition none() {
        return new SessionPosition(null, 0);
    }

    /**
     * A session that goes on.
     *
     * @param seen what it has seen
     * @return the session
     */
    public static SessionPosition at(Position seen) {
        return new SessionPosition(seen, 0);
    }

    /** @return a session that wrote at a position that is not known: it reads the primary until it is */
    public static SessionPosition unknown() {
        return new SessionPosition(null, 1);
    }

    /** @return another session that has seen the same by now, and goes its own way */
    public SessionPosition copy() {
        State now = state;
        SessionPosition copy = new SessionPosition(now.seen, now.unknown - now.settled).seenBelow(now.horizon);
        return now.avoidsCachesUntil == null ? copy : copy.avoidCachesUntil(now.avoidsCachesUntil);
    }

    /** @return the greatest position that it has seen; null if none is known */
    public @Nullable Position seen() {
        return state.seen;
    }

    /** @return how many of its writes have a position that is not known: while there is one, it reads the primary */
    public int unknownWrites() {
        State now = state;
        return now.unknown - now.settled;
    }

    /** @return how many of its writes have ever had a position that was not known, for {@link #settle} */
    public int unknownSoFar() {
        return state.unknown;
    }

    /**
     * The horizon of the standbys that it has read. A standby shows a commit as soon as it has replayed it; the primary some
     * time after it has sent it, for as long as its own process needs, or as it waits for synchronous standbys.
     *
     * @return the transaction id (xid8) below which it may have seen commits that the primary does not show yet; 0 if there are
     *     none
     */
    public long horizon() {
        return state.horizon;
    }

    /** @return the node that answered its last call; null if none has in this process */
    public @Nullable String node() {
        return state.node;
    }

    /**
     * Raises the position; a lower one changes only the node.
     *
     * @param position a position that includes all that a call saw
     * @param by the node that answered the call
     */
    public synchronized void raise(Position position, String by) {
        State now = state;
        state = now.by(greater(now.seen, position), by);
    }

    /**
     * Raises the position for an answer of a standby.
     *
     * @param position a position that includes all that a call saw
     * @param by the standby
     * @param horizon the transaction id below which it may have seen commits; 0 if the primary shows all of them
     */
    public synchronized void raise(Position position, String by, long horizon) {
        raise(position, by);
        Position seen = state.seen;
        if (seen != null && seen.timeline() == position.timeline()) {
            seenBelow(horizon);
        }
    }

    /**
     * Raises the horizon.
     *
     * @param horizon the transaction id below which it may have seen commits on its timeline; a lower one than before changes
     *     nothing
     * @return this session
     */
    public synchronized SessionPosition seenBelow(long horizon) {
        State now = state;
        if (horizon > now.horizon) {
            state = now.withHorizon(horizon);
        }
        return this;
    }

    /**
     * Says what the primary shows.
     *
     * @param below the transaction id below which it shows all commits
     */
    public synchronized void shown(long below) {
        State now = state;
        if (now.horizon != 0 && now.horizon <= below) {
            state = now.withHorizon(0);
        }
    }

    /**
     * Raises the position for an answer that came from no node.
     *
     * @param position a position that includes all that the answer shows
     */
    public synchronized void raise(Position position) {
        State now = state;
        state = now.by(greater(now.seen, position), now.node);
    }

    /**
     * Says which node answered a call whose position was not sampled.
     *
     * @param by the node
     */
    public synchronized void servedBy(String by) {
        State now = state;
        state = by.equals(now.node) ? now : now.by(now.seen, by);
    }

    /** Says that something was, or may have been, written at a position that was not sampled. */
    public synchronized void addUnknownWrite() {
        State now = state;
        state = new State(now.seen, now.unknown + 1, now.settled, now.node, now.avoidsCachesUntil, now.horizon);
    }

    /**
     * Raises the position to one of the primary, which includes the unknown writes that there were before it was asked for.
     *
     * @param position the primary's position
     * @param by the primary
     * @param included what {@link #unknownSoFar()} was before
     */
    public synchronized void settle(Position position, String by, int included) {
        State now = state.by(greater(state.seen, position), by);
        state = new State(
                now.seen, now.unknown, Math.max(now.settled, included), by, now.avoidsCachesUntil, now.horizon);
    }

    /**
     * Has the session's reads go past caches for a while: one may still hold what a write of this session has outdated.
     *
     * @param instant when no cache can hold it any more; an earlier one than before changes nothing
     * @return this session
     */
    public synchronized SessionPosition avoidCachesUntil(Instant instant) {
        State now = state;
        if (now.avoidsCachesUntil == null || instant.isAfter(now.avoidsCachesUntil)) {
            state = new State(now.seen, now.unknown, now.settled, now.node, instant, now.horizon);
        }
        return this;
    }

    /** @return until when its reads go past caches; null if they do not. Its token carries it to other processes */
    public @Nullable Instant avoidsCachesUntil() {
        return state.avoidsCachesUntil;
    }

    /**
     * Forgets a position that the primary of its timeline has not reached, as after a restore of older data, or a crash of the
     * primary: waiting for it is in vain. What else was written is not known without it, so the session reads the primary
     * until a position is. A session that stands before it, or on another timeline, is not changed.
     *
     * @param lost the position
     */
    public synchronized void forget(Position lost) {
        State now = state;
        if (now.seen != null && now.seen.includes(lost)) {
            state = new State(null, now.unknown + 1, now.settled, now.node, now.avoidsCachesUntil, 0);
        }
    }

    private static @Nullable Position greater(@Nullable Position one, @Nullable Position other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return other.compareTo(one) > 0 ? other : one;
    }
}

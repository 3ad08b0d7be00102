package dev.sluice.replica.topology;

import dev.sluice.consistency.Position;
import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one node at one moment. Immutable.
 *
 * <p>There are two measures of how old a standby's data is. {@code lag} compares it with what was last seen of the primary: it
 * is zero when the standby has all of that, also while the primary does not answer, so that reads survive its death.
 * {@code freshAt} promises more: whatever was committed by then is visible, so that the age of its data is at most the time
 * since then; it stands still while the primary does not answer.
 *
 * @param name the node
 * @param role what it is; {@link Role#UNKNOWN} while it does not answer
 * @param standing whether its answers count
 * @param reason why it stands so, for people
 * @param position where it stood when it last answered: on a primary what was flushed, on a standby what was replayed; null
 *     if that is not known, or if the timeline of a standby is not
 * @param lagBytes how far it is behind what was last seen of the primary, in bytes; 0 for the primary; -1 if that is not
 *     known, as on another timeline than the primary's
 * @param lag how far it is behind what was last seen of the primary, in time, at most; zero for the primary; null if that is
 *     not known
 * @param freshAt the {@link System#nanoTime()} before which all that was committed is visible; means nothing while {@code
 *     lag} is null
 * @param roundTrip how long its last answer took; null while it does not answer
 */
public record NodeView(
        String name,
        Role role,
        Standing standing,
        String reason,
        @Nullable Position position,
        long lagBytes,
        @Nullable Duration lag,
        long freshAt,
        @Nullable Duration roundTrip) {

    /** Whether the answers of a node count. */
    public enum Standing {
        /** It answers, and is a part of the cluster. */
        MEMBER,
        /** It does not answer. */
        SILENT,
        /** It takes writes, but must not: another node has taken over, or it cannot be told which one has. */
        FENCED,
        /** It is of another cluster, or the same server as a node before it, and not used. */
        FOREIGN
    }

    /**
     * Tells whether its data is at most this old, which is more than {@link #lag()} can tell.
     *
     * @param staleness the greatest age
     * @param now the {@link System#nanoTime()} of the question
     * @return whether that is certain
     */
    public boolean isFreshWithin(Duration staleness, long now) {
        return lag != null && now - freshAt <= staleness.toNanos();
    }
}

package dev.sluice.replica.topology;

import dev.sluice.consistency.Position;
import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one node at one moment. Immutable.
 *
 * @param name the node
 * @param role what it is; {@link Role#UNKNOWN} while it does not answer
 * @param standing whether its answers count
 * @param reason why it stands so, for people
 * @param position where it stood when it last answered: on a primary what was flushed, on a standby what was replayed; null
 *     if that was never seen, or if the timeline of a standby is not known
 * @param lagBytes how far it was behind the primary, in bytes; 0 for the primary; -1 if that is not known
 * @param lag how far it is behind the primary at most, in time; zero for the primary; null if that is not known
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
        @Nullable Duration roundTrip) {

    /** Whether the answers of a node count. */
    public enum Standing {
        /** It answers, and is a part of the cluster. */
        MEMBER,
        /** It does not answer. */
        SILENT,
        /** It takes writes, but must not: another node has taken over, or it cannot be told which one has. */
        FENCED,
        /** It is of another cluster, and never used. */
        FOREIGN
    }
}

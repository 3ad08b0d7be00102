package dev.sluice.replica.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All nodes at one moment. Immutable.
 *
 * @param nodes what is known of each, in the order of the configuration
 * @param primary the index of the one node that takes writes, also while it does not answer; -1 if none is known, or several
 *     that cannot be told apart
 * @param timeline the highest timeline that any node of the cluster was seen on; 0 before the first answer
 * @param problem why nothing can be written, for people; null if the primary answers
 */
public record Topology(
        List<NodeView> nodes,
        int primary,
        int timeline,
        @Nullable String problem) {

    /** Copies the list. */
    public Topology {
        nodes = List.copyOf(nodes);
    }

    /** @return whether there is a node to write to, which may be one that does not answer at the moment */
    public boolean hasPrimary() {
        return primary >= 0;
    }

    /** @return whether there is a node to write to, and it answers */
    public boolean primaryAnswers() {
        return primary >= 0 && nodes.get(primary).standing() == NodeView.Standing.MEMBER;
    }
}

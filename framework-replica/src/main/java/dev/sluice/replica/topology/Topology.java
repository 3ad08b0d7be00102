package dev.sluice.replica.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All nodes at one moment. Immutable.
 *
 * @param nodes what is known of each, in the order of the configuration
 * @param primary the index of the one node that takes writes; -1 if none is known, or several that cannot be told apart
 * @param timeline the highest timeline that any node of the cluster was seen on; 0 before the first answer
 * @param problem why there is no primary, for people; null if there is one
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

    /** @return whether there is a node to write to */
    public boolean hasPrimary() {
        return primary >= 0;
    }
}

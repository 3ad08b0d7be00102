package dev.sluice.replica.topology;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Who takes writes on the highest timeline: the primary if there is one, nobody may be written to if there are several. A
 * node counts by its last answer: one that was seen to take writes and is silent may still take those of others, so silence
 * settles nothing. What settles it: all but one have answered as standbys, a node was promoted to a higher timeline, or the
 * application was restarted, which forgets what was seen.
 *
 * @param timeline the highest timeline seen
 * @param nodes the indexes, each of another server
 */
record Writers(int timeline, List<Integer> nodes) {

    static Writers of(List<NodeState> nodes, int timeline) {
        return new Writers(
                timeline,
                IntStream.range(0, nodes.size())
                        .filter(node -> nodes.get(node).writesOn(timeline) && !isKnownByAnother(nodes, node))
                        .boxed()
                        .toList());
    }

    // Of several names of one server the first that answers counts, or the first.
    private static boolean isKnownByAnother(List<NodeState> nodes, int node) {
        NodeState one = nodes.get(node);
        return IntStream.range(0, nodes.size()).anyMatch(other -> {
            NodeState another = nodes.get(other);
            return other != node
                    && !another.foreign()
                    && another.isSameServerAs(one)
                    && (another.answers() == one.answers() ? other < node : another.answers());
        });
    }

    /** The node to write to; -1 if there is none, or several. */
    int primary() {
        return nodes.size() == 1 ? nodes.get(0) : -1;
    }

    boolean areContested() {
        return nodes.size() > 1;
    }
}

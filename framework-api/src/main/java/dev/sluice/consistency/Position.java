package dev.sluice.consistency;

/**
 * A position in a cluster's history: each promotion begins a new timeline, which goes on from a position of the one before.
 *
 * @param timeline the timeline, 1 and up
 * @param lsn the position in its write-ahead log
 */
public record Position(int timeline, Lsn lsn) implements Comparable<Position> {

    /** @throws IllegalArgumentException if the timeline is not positive */
    public Position {
        if (timeline < 1) {
            throw new IllegalArgumentException("timeline: %d (expected: >= 1)".formatted(timeline));
        }
    }

    /**
     * Tells whether a node that stands here has all that a session has seen.
     *
     * @param seen what the session has seen
     * @return true at or beyond it on the same timeline; false on another one, where positions cannot be compared
     */
    public boolean includes(Position seen) {
        return timeline == seen.timeline && lsn.includes(seen.lsn);
    }

    /** Orders by timeline, then by position. */
    @Override
    public int compareTo(Position other) {
        return timeline != other.timeline ? Integer.compare(timeline, other.timeline) : lsn.compareTo(other.lsn);
    }

    @Override
    public String toString() {
        return timeline + ":" + lsn;
    }
}

package dev.sluice.access;

/** Order among waiters. Classes share the grants of a node by weight, so none starves. */
public enum Priority {
    /** Somebody waits for the answer: 8 of 12 grants. */
    INTERACTIVE(8),
    /** Ordinary work: 3 of 12 grants. */
    STANDARD(3),
    /** Work that can wait: 1 of 12 grants. */
    BACKGROUND(1);

    private final int weight;

    Priority(int weight) {
        this.weight = weight;
    }

    /** @return this class's share of the grants, relative to the others */
    public int weight() {
        return weight;
    }

    /**
     * The lower of two priorities: a caller may lower its priority, never raise it.
     *
     * @param other the other priority
     * @return the one that waits longer
     */
    public Priority lower(Priority other) {
        return compareTo(other) >= 0 ? this : other;
    }
}

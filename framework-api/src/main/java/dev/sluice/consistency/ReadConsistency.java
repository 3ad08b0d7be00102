package dev.sluice.consistency;

import java.time.Duration;

/** How fresh a read must be. Writes always go to the primary. */
public sealed interface ReadConsistency {

    /** @return reads the primary */
    static ReadConsistency primary() {
        return Primary.INSTANCE;
    }

    /** @return sees what this session wrote and read, and never goes back in time within a timeline */
    static ReadConsistency session() {
        return Session.INSTANCE;
    }

    /**
     * Accepts any node whose data is at most this old.
     *
     * @param staleness the greatest age, positive
     * @return that consistency
     */
    static ReadConsistency bounded(Duration staleness) {
        return new Bounded(staleness);
    }

    /** Reads the primary. */
    enum Primary implements ReadConsistency {
        /** The only value. */
        INSTANCE
    }

    /** Sees what this session wrote and read. */
    enum Session implements ReadConsistency {
        /** The only value. */
        INSTANCE
    }

    /**
     * Any node whose data is at most this old.
     *
     * @param staleness the greatest age, positive
     */
    record Bounded(Duration staleness) implements ReadConsistency {

        /** @throws IllegalArgumentException if the staleness is zero or negative */
        public Bounded {
            if (staleness.isNegative() || staleness.isZero()) {
                throw new IllegalArgumentException("staleness: %s (expected: > 0)".formatted(staleness));
            }
        }
    }
}

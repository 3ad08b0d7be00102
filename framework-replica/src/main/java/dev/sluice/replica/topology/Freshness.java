package dev.sluice.replica.topology;

/**
 * Since when what is visible on a node may be incomplete.
 *
 * @param known whether that is known
 * @param at the nanotime before which all that was committed is visible
 */
record Freshness(boolean known, long at) {

    static final Freshness UNKNOWN = new Freshness(false, 0);

    static Freshness at(long nanotime) {
        return new Freshness(true, nanotime);
    }

    /** Both are true. */
    Freshness or(Freshness other) {
        if (!known || !other.known) {
            return known ? this : other;
        }
        return at - other.at >= 0 ? this : other;
    }

    /** True only as long as both are. */
    Freshness butNotAfter(Freshness other) {
        if (!known || !other.known) {
            return UNKNOWN;
        }
        return at - other.at <= 0 ? this : other;
    }
}

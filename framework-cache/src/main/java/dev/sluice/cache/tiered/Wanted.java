package dev.sluice.cache.tiered;

import dev.sluice.access.Access;
import dev.sluice.cache.near.NearEntry;
import dev.sluice.cache.shared.SharedTier;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.SessionPosition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How fresh an answer one call needs.
 *
 * @param seen what its session has seen; null if nothing
 * @param unknown whether its session wrote at a position that is not known, so no position suffices
 * @param maxAgeNanos how long ago an answer may have been read from where all processes read; negative if it does not matter
 */
record Wanted(@Nullable Position seen, boolean unknown, long maxAgeNanos) {

    private static final Wanted ANYTHING = new Wanted(null, false, -1);

    static Wanted of(Access access) {
        if (access.consistency() instanceof ReadConsistency.Bounded bounded) {
            return new Wanted(null, false, bounded.staleness().toNanos());
        }
        SessionPosition session = access.session();
        return session == null ? ANYTHING : new Wanted(session.seen(), session.unknownWrites() > 0, -1);
    }

    /** @return whether a call goes past all caches */
    static boolean nothingCached(Access access) {
        SessionPosition session = access.session();
        Instant until = session == null ? null : session.avoidsCachesUntil();
        return until != null && Instant.now().isBefore(until);
    }

    boolean isServedBy(NearEntry entry, long nanoTime) {
        return isServed(entry.validFor(), entry.confirmed(), nanoTime);
    }

    /** @return whether it may share an answer that is being read for somebody else since an instant */
    boolean isServedWith(Wanted first, long since, long nanoTime) {
        boolean alike =
                maxAgeNanos < 0 ? first.maxAgeNanos < 0 : first.maxAgeNanos >= 0 && first.maxAgeNanos <= maxAgeNanos;
        return alike && isServed(first.seen, since, nanoTime);
    }

    /** @return whether what a writer is about to change, or has changed and did not say so yet, must not be served */
    boolean isStrict() {
        return seen != null || unknown || (maxAgeNanos >= 0 && maxAgeNanos < SharedTier.MARKED_LIFE_MILLIS * 1_000_000);
    }

    private boolean isServed(@Nullable Position validFor, long confirmed, long nanoTime) {
        if (unknown || (maxAgeNanos >= 0 && nanoTime - confirmed > maxAgeNanos)) {
            return false;
        }
        return seen == null || (validFor != null && validFor.includes(seen));
    }
}

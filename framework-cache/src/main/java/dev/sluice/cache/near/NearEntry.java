package dev.sluice.cache.near;

import dev.sluice.consistency.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value in this process. Instants are those of {@link System#nanoTime()}.
 *
 * @param variant which of the values under its key
 * @param payload the encoded value; null for the answer that there is none
 * @param generations under which it was stored
 * @param shows a position that includes all that it shows; null if none is known
 * @param validFor sessions that have seen no more than this may be served; null if it was read for nobody in particular
 * @param confirmed when it was last read from where all processes read
 * @param freshUntil the end of its life
 * @param usableUntil until when it may be served while the database is out of reach
 * @param rebuildNanos how long it took to make
 */
// An array: never compared, and never handed out but to be decoded.
@SuppressWarnings("ArrayRecordComponent")
public record NearEntry(
        String variant,
        byte @Nullable [] payload,
        List<Generation> generations,
        @Nullable Position shows,
        @Nullable Position validFor,
        long confirmed,
        long freshUntil,
        long usableUntil,
        long rebuildNanos) {

    // Measured: what Caffeine, the two hash tables and the objects themselves take beside the characters and the bytes.
    private static final int OVERHEAD = 304;

    /**
     * Whether nothing has outdated it, its life aside.
     *
     * @param nanoTime the time
     * @return whether it may be served while the database is out of reach
     */
    public boolean isUsable(long nanoTime) {
        if (usableUntil - nanoTime <= 0) {
            return false;
        }
        for (int i = 0; i < generations.size(); i++) {
            if (!generations.get(i).isCurrent(nanoTime)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether nothing has outdated it.
     *
     * @param nanoTime the time
     * @return whether it may be served
     */
    public boolean isFresh(long nanoTime) {
        return freshUntil - nanoTime > 0 && isUsable(nanoTime);
    }

    int weight(String key) {
        long bytes = OVERHEAD + (long) key.length() + (payload == null ? 0 : payload.length);
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }
}

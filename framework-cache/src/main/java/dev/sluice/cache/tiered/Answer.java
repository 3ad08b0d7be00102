package dev.sluice.cache.tiered;

import dev.sluice.consistency.Position;
import dev.sluice.consistency.SessionPosition;
import org.jspecify.annotations.Nullable;

/**
 * What a read found.
 *
 * @param value the value; null for the answer that there is none
 * @param shows a position that includes all that it shows; null if none is known
 * @param settled whether no writer was known to be about to commit a change of it when it was read
 * @param <T> its type
 */
record Answer<T>(@Nullable T value, @Nullable Position shows, boolean settled) {

    /** @return the value; its session never goes back behind it */
    @Nullable
    T tell(@Nullable SessionPosition session) {
        if (session != null && shows != null) {
            session.raise(shows);
        }
        return value;
    }
}

package dev.sluice.cache.near;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/** Values in this process, within a budget of bytes. Thread-safe. */
public final class NearTier {

    private final Tickets tickets = new Tickets();
    private final Cache<String, NearEntry> entries;

    /** @param maxBytes most bytes, of keys, values and what holds them */
    public NearTier(long maxBytes) {
        this.entries = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((String key, NearEntry entry) -> entry.weight(key))
                // On the thread that puts: else a flood is ahead of its evictions, and the budget is exceeded.
                .executor(Runnable::run)
                .build();
    }

    /**
     * A value.
     *
     * @param key whose
     * @param variant which of the values under this key
     * @return the value, current or not; null if there is none
     */
    public @Nullable NearEntry find(String key, String variant) {
        NearEntry found = entries.getIfPresent(key);
        return found != null && found.variant().equals(variant) ? found : null;
    }

    /**
     * Before a value is asked for elsewhere.
     *
     * @param key whose
     * @return to be handed to {@link #put}
     */
    public long ticket(String key) {
        return tickets.take(key);
    }

    /**
     * Keeps a value.
     *
     * @param key whose
     * @param entry the value
     * @param ticket taken before it was asked for
     * @return false if its key has changed since, and it was not kept
     */
    // This entry and no equal one.
    @SuppressWarnings("ReferenceEquality")
    public boolean put(String key, NearEntry entry, long ticket) {
        NearEntry kept = entries.asMap().compute(key, (same, before) -> tickets.isValid(same, ticket) ? entry : before);
        return kept == entry;
    }

    /**
     * Drops a value, and keeps none that was asked for before.
     *
     * @param key whose
     */
    public void drop(String key) {
        tickets.changed(key);
        entries.invalidate(key);
    }

    /** Drops all values, and keeps none that was asked for before. */
    public void dropAll() {
        tickets.allChanged();
        entries.invalidateAll();
    }

    /** @return how many values there are, about */
    public long count() {
        return entries.estimatedSize();
    }

    /** @return the bytes that they take, about */
    public long bytes() {
        return entries.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0L))
                .orElse(0L);
    }
}

package dev.sluice.cache.near;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The generations that this process knows. One that is forgotten is outdated first, so nobody relies on it unheard. Thread-safe. */
public final class Generations {

    // Half the range: differences of instants stay within a long.
    private static final long FOR_EVER = Long.MAX_VALUE / 2;

    private final Tickets tickets = new Tickets();
    private final AtomicLong locals = new AtomicLong();
    private final Cache<String, Generation> known;

    /** @param most how many to know at most */
    public Generations(long most) {
        this.known = Caffeine.newBuilder()
                .maximumSize(most)
                .executor(Runnable::run)
                .removalListener(
                        (@Nullable String key, @Nullable Generation generation, RemovalCause cause) -> end(generation))
                .build();
    }

    /**
     * The generation of a key that is known.
     *
     * @param key whose
     * @param nanoTime the time
     * @return the generation; null if none is known that is current
     */
    public @Nullable Generation find(String key, long nanoTime) {
        Generation found = known.getIfPresent(key);
        return found != null && found.isCurrent(nanoTime) ? found : null;
    }

    /**
     * The generation of a key that no other process knows of.
     *
     * @param key whose
     * @return the generation
     */
    public Generation local(String key) {
        return known.get(key, missing -> new Generation(locals.incrementAndGet(), false, System.nanoTime() + FOR_EVER));
    }

    /**
     * Before a generation is asked for.
     *
     * @param key whose
     * @return to be handed to {@link #learn}
     */
    public long ticket(String key) {
        return tickets.take(key);
    }

    /**
     * Takes note of a generation.
     *
     * @param key whose
     * @param stamp what it is
     * @param marked whether a writer is about to end it
     * @param knownUntil when it must be asked for again, as {@link System#nanoTime()} tells time
     * @param ticket taken before it was asked for
     * @return the generation; an outdated one if it has changed since
     */
    public Generation learn(String key, long stamp, boolean marked, long knownUntil, long ticket) {
        Generation learned = new Generation(stamp, marked, knownUntil);
        Generation kept = known.asMap().compute(key, (same, before) -> {
            if (!tickets.isValid(same, ticket)) {
                learned.end();
                return before;
            }
            if (before != null && before.stamp() == stamp && before.isMarked() == marked && !before.isOver()) {
                before.knownUntil(knownUntil);
                return before;
            }
            return learned;
        });
        return kept != null && kept.stamp() == stamp ? kept : learned;
    }

    /**
     * Ends a generation.
     *
     * @param key whose
     */
    public void end(String key) {
        tickets.changed(key);
        known.invalidate(key);
    }

    /** Ends all generations. */
    public void endAll() {
        tickets.allChanged();
        known.invalidateAll();
    }

    private static void end(@Nullable Generation generation) {
        if (generation != null) {
            generation.end();
        }
    }
}

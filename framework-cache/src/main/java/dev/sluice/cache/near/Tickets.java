package dev.sluice.cache.near;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts changes of keys, so that what was read before a change is not kept after it. Keys share counters: a change of another key
 * costs no more than a value that is not kept.
 */
final class Tickets {

    private static final int STRIPES = 4096;

    private final AtomicIntegerArray changes = new AtomicIntegerArray(STRIPES);
    private final AtomicInteger losses = new AtomicInteger();

    /** @return to be taken before a value is asked for */
    long take(String key) {
        return (long) losses.get() << 32 | changes.get(stripe(key)) & 0xFFFF_FFFFL;
    }

    /** @return whether nothing of the key has changed since the ticket was taken */
    boolean isValid(String key, long ticket) {
        return take(key) == ticket;
    }

    void changed(String key) {
        changes.incrementAndGet(stripe(key));
    }

    void allChanged() {
        losses.incrementAndGet();
    }

    private static int stripe(String key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return hash >>> 20;
    }
}

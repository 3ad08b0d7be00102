package dev.sluice.r2dbc.session;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often the sessions of a pool have found a prepared statement whose result changed its type, as after a migration. One
 * finds it, and the server refuses its call; the others prepare theirs again before they are refused, which inside a
 * transaction nothing could mend. Thread-safe.
 */
final class SchemaChanges {

    private final AtomicInteger seen = new AtomicInteger();

    int seen() {
        return seen.get();
    }

    void found() {
        seen.incrementAndGet();
    }
}

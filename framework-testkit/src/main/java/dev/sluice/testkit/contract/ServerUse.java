package dev.sluice.testkit.contract;

import dev.sluice.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** How many connections the server works on, as it says itself. */
final class ServerUse {

    private static final Set<String> IN_USE =
            Set.of("active", "idle in transaction", "idle in transaction (aborted)", "fastpath function call");

    private static final int ENOUGH_LOOKS = 50;

    private final Supplier<List<String>> states;
    private final Duration patience;

    ServerUse(Supplier<List<String>> states, Duration patience) {
        this.states = states;
        this.patience = patience;
    }

    int now() {
        return (int) states.get().stream().filter(IN_USE::contains).count();
    }

    /** Waits until so many are in use, or the flood has failed. */
    void awaitUse(int connections, Flood flood) {
        Await.until(
                patience,
                () -> flood.isOver() || now() >= connections,
                "%d connections in use by slow calls, now %d".formatted(connections, now()));
        flood.mustBeWell();
    }

    void awaitIdle() {
        Await.until(patience, () -> now() == 0, "every connection idle, now " + states.get());
    }

    /**
     * Looks until it has looked often enough and so many were in use at least once. A look at many connections is not one
     * instant: it may see one call and the next one on another connection; but hardly in two looks, one right after the
     * other. So the most is taken over pairs.
     */
    int mostWhileReaching(int connections, Flood flood) {
        int most = 0;
        int before = now();
        int highest = before;
        long start = System.nanoTime();
        for (int looks = 1; looks < ENOUGH_LOOKS || highest < connections; looks++) {
            flood.mustBeWell();
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new AssertionError(
                        "a flood held no more than %d connections (expected: %d; do slow calls take 20 ms?)"
                                .formatted(highest, connections));
            }
            int now = now();
            most = Math.max(most, Math.min(before, now));
            highest = Math.max(highest, now);
            before = now;
        }
        return most;
    }
}

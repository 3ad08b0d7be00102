package dev.sluice.testkit.contract;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What a run found wrong. Thread-safe. */
final class Findings {

    private static final int SHOWN = 20;

    private final Queue<String> shown = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    void add(String finding) {
        if (count.incrementAndGet() <= SHOWN) {
            shown.add(finding);
        }
    }

    /** @throws AssertionError if there is any, with the seed that brings it back */
    void failIfAny(String run) {
        if (count.get() > 0) {
            throw new AssertionError("tenants are not kept apart: %d findings in %s\n  %s"
                    .formatted(count.get(), run, String.join("\n  ", List.copyOf(shown))));
        }
    }
}

package dev.sluice.replica.fleet;

import dev.sluice.testkit.Await;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/** How many calls each caller has made, one after the other. */
final class Calls {

    private final AtomicIntegerArray ended;

    Calls(int callers) {
        this.ended = new AtomicIntegerArray(callers);
    }

    void ended(int caller) {
        ended.incrementAndGet(caller);
    }

    /** Waits until no call goes on that has begun before now: what it was told may be older than what is known by now. */
    void awaitEndOfCurrent() {
        int[] before = IntStream.range(0, ended.length()).map(ended::get).toArray();
        Await.until(
                Fleet.PATIENCE,
                () -> IntStream.range(0, before.length).allMatch(caller -> ended.get(caller) > before[caller]),
                "each caller's call has ended");
    }
}

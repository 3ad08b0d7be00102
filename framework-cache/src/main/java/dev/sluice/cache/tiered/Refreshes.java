package dev.sluice.cache.tiered;

import dev.sluice.cache.near.NearEntry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Early refreshes by XFetch (Vattani, Chierichetti, Lowenstein: Optimal Probabilistic Cache Stampede Prevention, VLDB 2015): the nearer
 * the end of a value and the longer its rebuild, the more likely a reader has it rebuilt. So one of many makes the next value before all
 * of them miss this one. Few at a time, one per key, and nobody waits for them.
 */
final class Refreshes {

    private static final Logger LOG = LoggerFactory.getLogger(Refreshes.class);
    private static final int MOST = 32;

    private final Set<String> running = ConcurrentHashMap.newKeySet();

    /** Starts one if the dice say so, there are not enough, and this key's is not on its way. */
    void consider(String key, NearEntry entry, long nanoTime, Supplier<Mono<Void>> refresh) {
        double ahead =
                -entry.rebuildNanos() * Math.log(ThreadLocalRandom.current().nextDouble());
        if (entry.freshUntil() - nanoTime > ahead || running.size() >= MOST || !running.add(key)) {
            return;
        }
        // Without it the value lives out its time, and the next reader makes it.
        Mono.defer(refresh)
                .doFinally(end -> running.remove(key))
                .subscribe(done -> {}, error -> LOG.debug("an early refresh failed", error));
    }
}

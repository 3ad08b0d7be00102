package dev.sluice.benchmarks.load;

import java.util.function.Supplier;
import org.reactivestreams.Publisher;

/**
 * Somebody who calls, whether or not the last call has ended.
 *
 * @param perSecond how often on average; the times between are exponential, so that calls meet by chance
 * @param call makes one call; asked for each call anew
 * @param outcomes where its calls are counted
 */
public record Source(double perSecond, Supplier<? extends Publisher<?>> call, Outcomes outcomes) {

    /** @throws IllegalArgumentException if it never calls */
    public Source {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("calls per second: %s (expected: > 0)".formatted(perSecond));
        }
    }
}

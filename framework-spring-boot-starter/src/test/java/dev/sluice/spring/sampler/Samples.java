package dev.sluice.spring.sampler;

import dev.sluice.testkit.Await;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** Rounds of a sampler, as tests ask for them. Each has an answer: no pause of a machine is as long as a sampler waits for one. */
public final class Samples {

    /** More than a sampler waits for a connection and for its answers. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Samples() {}

    /** What the next round finds. */
    public static DatabaseSample next(DatabaseSampler sampler) {
        return ask(sampler).orElseThrow(Samples::noAnswer);
    }

    /** Asks for rounds until one finds what is awaited. One without an answer is the last, and a failure. */
    public static void await(DatabaseSampler sampler, Predicate<DatabaseSample> condition, String description) {
        Await.until(PATIENCE, () -> ask(sampler).map(condition::test).orElse(true), description);
        if (sampler.last().isEmpty()) {
            throw noAnswer();
        }
    }

    private static Optional<DatabaseSample> ask(DatabaseSampler sampler) {
        sampler.sample().block(PATIENCE);
        return sampler.last();
    }

    private static AssertionError noAnswer() {
        return new AssertionError("a round has no answer; the log says why");
    }
}

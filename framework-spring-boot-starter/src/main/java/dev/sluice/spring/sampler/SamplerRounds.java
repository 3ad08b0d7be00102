package dev.sluice.spring.sampler;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Lets a sampler ask, one question after another, as long as the application runs. */
final class SamplerRounds implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(SamplerRounds.class);

    private final DatabaseSampler sampler;
    private final Flux<Void> rounds;
    private @Nullable Disposable running;

    SamplerRounds(DatabaseSampler sampler, Duration interval, Duration bloatInterval) {
        this.sampler = sampler;
        // A round that is late makes the next ones be left out.
        Flux<Mono<Void>> samples =
                Flux.interval(Duration.ZERO, interval).onBackpressureDrop().map(n -> sampler.sample());
        Flux<Mono<Void>> estimates =
                Flux.interval(Duration.ZERO, bloatInterval).onBackpressureDrop().map(n -> sampler.estimateBloat());
        this.rounds = Flux.merge(samples, estimates).concatMap(question -> question, 1);
    }

    @Override
    public synchronized void start() {
        if (running == null) {
            running = rounds.subscribe(done -> {}, error -> LOG.error("The database sampler has ended", error));
        }
    }

    @Override
    public synchronized void stop() {
        if (running != null) {
            running.dispose();
            running = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return running != null;
    }

    /** The connection is closed, too; that is bounded, and never an error. */
    @Override
    public void stop(Runnable done) {
        stop();
        sampler.close()
                .doFinally(end -> done.run())
                .subscribe(nothing -> {}, error -> LOG.warn("The database sampler did not close", error));
    }
}

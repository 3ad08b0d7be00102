package dev.sluice.reference.dashboard;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Looks once for all viewers, as long as there are any. Who cannot keep up is let go, and so is everybody after a while: who comes
 * back shows a token that is still good. Streams end before the web server waits for its requests. Thread-safe.
 */
final class DashboardFeed implements SmartLifecycle {

    /** How many snapshots a viewer may be behind. */
    static final int MOST_BEHIND = 4;

    private static final Logger LOG = LoggerFactory.getLogger(DashboardFeed.class);

    private final DashboardProperties properties;
    private final Scheduler scheduler;
    private final Semaphore places;
    private final Flux<String> snapshots;
    private final Sinks.Empty<Void> stopped = Sinks.empty();
    private volatile boolean isRunning;
    private volatile boolean isFailing;

    /**
     * Makes a feed.
     *
     * @param look takes a snapshot
     * @param properties how often it looks, and for how many
     * @param scheduler where it looks
     */
    DashboardFeed(Mono<String> look, DashboardProperties properties, Scheduler scheduler) {
        this.properties = properties;
        this.scheduler = scheduler;
        this.places = new Semaphore(properties.maxViewers());
        // A look that takes longer than the interval makes those after it rarer. Who reloads the page finds the stream
        // running.
        this.snapshots = Flux.interval(Duration.ZERO, properties.interval(), scheduler)
                .onBackpressureDrop()
                .concatMap(tick -> look.doOnNext(seen -> isFailing = false).onErrorResume(this::leftOut), 1)
                .replay(1)
                .refCount(1, properties.interval(), scheduler);
    }

    // One that fails is no reason to end the stream for all: the next may succeed, and viewers notice the silence.
    private Mono<String> leftOut(Throwable error) {
        if (!isFailing) {
            isFailing = true;
            LOG.warn("the dashboard cannot be shown at present", error);
        }
        return Mono.empty();
    }

    /**
     * What a viewer is sent.
     *
     * @return the last snapshot and all that follow; it completes when the viewer is too far behind, has watched for {@code
     *     reference.dashboard.view-time} or the service stops. {@link TooManyViewersException} if all places are taken.
     *     A cancel gives the place back
     */
    Flux<String> view() {
        return Flux.defer(() -> places.tryAcquire()
                ? watched().doFinally(end -> places.release())
                : Flux.error(new TooManyViewersException(properties.maxViewers())));
    }

    private Flux<String> watched() {
        Sinks.Empty<Void> tooFarBehind = Sinks.empty();
        return snapshots
                .onBackpressureDrop(late -> letGo(tooFarBehind))
                .publishOn(Schedulers.immediate(), MOST_BEHIND)
                .take(properties.viewTime(), scheduler)
                .takeUntilOther(Mono.firstWithSignal(tooFarBehind.asMono(), stopped.asMono()));
    }

    private static void letGo(Sinks.Empty<Void> viewer) {
        LOG.debug("a viewer of the dashboard is more than {} snapshots behind and is let go", MOST_BEHIND);
        viewer.tryEmitEmpty();
    }

    @Override
    public void start() {
        isRunning = true;
    }

    /** Ends all streams. It has the last phase there is, so it comes before the server's graceful shutdown. */
    @Override
    public void stop() {
        isRunning = false;
        stopped.tryEmitEmpty();
    }

    @Override
    public boolean isRunning() {
        return isRunning;
    }
}

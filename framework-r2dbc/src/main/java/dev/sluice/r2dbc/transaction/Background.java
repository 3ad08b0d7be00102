package dev.sluice.r2dbc.transaction;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * The one place where this package subscribes by itself: for what must happen although nobody waits any more, a
 * transaction whose time is over or whose subscriber left while it began, a call that was cancelled while it ran. Such
 * work bounds its own time.
 */
final class Background {

    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    private Background() {}

    static Disposable run(String what, Mono<?> work) {
        return work.subscribe(done -> {}, error -> LOG.warn("{} failed in the background", what, error));
    }
}
